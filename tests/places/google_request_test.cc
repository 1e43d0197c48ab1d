// What would be sent to Google, and what an operator may configure.
#include "places/google_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proxyherd {
namespace {

using testing::HasSubstr;

GoogleOptions Options(const std::string& endpoint, const std::string& mask = kGoogleFieldMask) {
  return {endpoint, mask, "AIzaTestKey"};
}

TEST(GoogleRequestTest, IsOnePostAsGoogleDocumentsIt) {
  const HttpRequest request = BuildGoogleRequest(Options("https://places.example/", "places.id"),
                                                 {34.0689, -118.4451, 10'000, 3});
  EXPECT_EQ(request.url, "https://places.example/v1/places:searchNearby");
  EXPECT_THAT(request.headers,
              testing::ElementsAre("Content-Type: application/json", "X-Goog-Api-Key: AIzaTestKey",
                                   "X-Goog-FieldMask: places.id"));
  EXPECT_EQ(request.body,
            R"({"maxResultCount":3,"rankPreference":"DISTANCE","locationRestriction":{"circle":{)"
            R"("center":{"latitude":34.0689,"longitude":-118.4451},"radius":10000.0}}})");
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
              HasSubstr("in the clear"));
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
  EXPECT_THAT(message, HasSubstr("field mask \"y\""));
}

}  // namespace
}  // namespace proxyherd
