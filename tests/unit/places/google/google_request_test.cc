// Tests requests to Google, and their configuration.
#include "places/google/google_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace proxyherd::places {
namespace {

using testing::HasSubstr;

GoogleOptions Options(const std::string& endpoint, const std::string& mask = kGoogleFieldMask) {
  return {endpoint, mask, "AIzaTestKey"};
}

TEST(GoogleRequestTest, IsOnePostAsGoogleDocumentsIt) {
  const HttpRequest request = BuildGoogleRequest(Options("https://places.example/", "places.id"),
                                                 "AIzaOtherKey", {34.0689, -118.4451, 10'000, 3});
  EXPECT_EQ(request.url, "https://places.example/v1/places:searchNearby");
  EXPECT_THAT(request.headers,
              testing::ElementsAre("Content-Type: application/json", "X-Goog-Api-Key: AIzaOtherKey",
                                   "X-Goog-FieldMask: places.id"));
  EXPECT_EQ(request.body,
            R"({"maxResultCount":3,"rankPreference":"DISTANCE","locationRestriction":{"circle":{)"
            R"("center":{"latitude":34.0689,"longitude":-118.4451},"radius":10000.0}}})");
}

nlohmann::json BodyOf(const GoogleOptions& options, const SearchRequest& request) {
  return nlohmann::json::parse(BuildGoogleRequest(options, "AIzaTestKey", request).body);
}

TEST(GoogleRequestTest, CarriesAllThatASearchSays) {
  SearchRequest request{1, 2, 3, 4};
  request.types = {{"cafe", "bar"}, {"atm"}, {"restaurant"}, {"hotel"}};
  request.rank = Rank::kPopularity;
  request.language = "pt-BR";
  request.region = "BR";
  const nlohmann::json body = BodyOf({}, request);
  EXPECT_EQ(body["includedTypes"], nlohmann::json({"cafe", "bar"}));
  EXPECT_EQ(body["excludedTypes"], nlohmann::json({"atm"}));
  EXPECT_EQ(body["includedPrimaryTypes"], nlohmann::json({"restaurant"}));
  EXPECT_EQ(body["excludedPrimaryTypes"], nlohmann::json({"hotel"}));
  EXPECT_EQ(body["rankPreference"], "POPULARITY");
  EXPECT_EQ(body["languageCode"], "pt-BR");
  EXPECT_EQ(body["regionCode"], "BR");
}

TEST(GoogleRequestTest, TheConfigurationFillsInWhatASearchDoesNotSay) {
  GoogleOptions options;
  options.types.included = {"cafe"};
  options.rank = Rank::kPopularity;
  options.language = "de";
  options.region = "AT";
  const nlohmann::json silent = BodyOf(options, {1, 2, 3, 4});
  EXPECT_EQ(silent["includedTypes"], nlohmann::json({"cafe"}));
  EXPECT_EQ(silent["rankPreference"], "POPULARITY");
  EXPECT_EQ(silent["languageCode"], "de");
  EXPECT_EQ(silent["regionCode"], "AT");

  SearchRequest request{1, 2, 3, 4};
  request.types.excluded = {"bar"};  // any list replaces all the configured ones
  request.rank = Rank::kDistance;
  request.language = "fr";
  request.region = "FR";
  const nlohmann::json body = BodyOf(options, request);
  EXPECT_FALSE(body.contains("includedTypes"));
  EXPECT_EQ(body["excludedTypes"], nlohmann::json({"bar"}));
  EXPECT_EQ(body["rankPreference"], "DISTANCE");
  EXPECT_EQ(body["languageCode"], "fr");
  EXPECT_EQ(body["regionCode"], "FR");
}

TEST(GoogleRequestTest, TextThatIsNotUtf8DoesNoHarm) {
  SearchRequest request{1, 2, 3, 4};
  request.language = "\xff";
  EXPECT_EQ(BodyOf({}, request)["languageCode"], "\uFFFD");
}

TEST(GoogleOptionsTest, GoodOnesPass) {
  for (const char* endpoint : {kGoogleEndpoint, "https://places.example:8443", "https://a.b/",
                               "http://127.0.0.1:8080", "http://localhost"}) {
    EXPECT_TRUE(ValidateGoogleOptions(Options(endpoint)).ok()) << endpoint;
  }
  for (const char* mask : {"*", "places.id", "places.displayName.text,places.id"}) {
    EXPECT_TRUE(ValidateGoogleOptions(Options(kGoogleEndpoint, mask)).ok()) << mask;
  }
}

TEST(GoogleOptionsTest, BadEndpointsAreRefused) {
  for (const char* endpoint :
       {"", "places.googleapis.com", "ftp://places.googleapis.com", "https://", "https://a b",
        "https://host/path", "https://host?x=1", "https://user:password@host", "https://host:0",
        "https://host:99999", "https://host:1:2", "https://host\r\nX: y"}) {
    EXPECT_EQ(ValidateGoogleOptions(Options(endpoint)).code(), absl::StatusCode::kInvalidArgument)
        << endpoint;
  }
}

TEST(GoogleOptionsTest, TheKeyDoesNotCrossANetworkInTheClear) {
  EXPECT_THAT(std::string(ValidateGoogleOptions(Options("http://places.googleapis.com")).message()),
              HasSubstr("unencrypted"));
  EXPECT_FALSE(ValidateGoogleOptions(Options("http://127.0.0.1.example")).ok());
}

TEST(GoogleOptionsTest, BadMasksAreRefused) {
  for (const char* mask :
       {"", "places.id, places.name", "id", "places.", "places.id,", "places.id\r\nX: y"}) {
    EXPECT_EQ(ValidateGoogleOptions(Options(kGoogleEndpoint, mask)).code(),
              absl::StatusCode::kInvalidArgument)
        << mask;
  }
}

TEST(GoogleOptionsTest, EverythingWrongIsSaidAtOnce) {
  const std::string message(ValidateGoogleOptions(Options("x", "y")).message());
  EXPECT_THAT(message, HasSubstr("endpoint \"x\""));
  EXPECT_THAT(message, HasSubstr("field mask: y: each path must start with places."));
}

}  // namespace
}  // namespace proxyherd::places
