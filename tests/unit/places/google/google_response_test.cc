// Tests the meaning of answers: success, every documented error, and answers never sent by Google.
#include "places/google/google_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "places/provider/errors.h"
#include "places/provider/provider.h"
#include "tests/support/fake_google.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

absl::Status ErrorOf(int http_status, const std::string& body) {
  return ReadGoogleResponse({http_status, body}, kMaxResults).status();
}

TEST(GoogleResponseTest, ASuccessPassesUntouched) {
  for (const std::string& body : {GooglePlaces(3), std::string("{}\n"), std::string(" { } "),
                                  std::string("{\"routingSummaries\":[],\"places\":[]}")}) {
    const auto json = ReadGoogleResponse({200, body}, 3);
    ASSERT_TRUE(json.ok()) << json.status();
    EXPECT_EQ(*json, body);
  }
}

TEST(GoogleResponseTest, PlacesBeyondTheBoundAreCutOff) {
  const auto json = ReadGoogleResponse({200, GooglePlaces(7)}, 2);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(*json + "\n", GooglePlaces(2));
}

TEST(GoogleResponseTest, CuttingKeepsGooglesLayout) {
  const auto json = ReadGoogleResponse({200, "{\"places\":[{\"a\":\"<é>\",\"A\":1},{}]}"}, 1);
  ASSERT_TRUE(json.ok());
  EXPECT_EQ(*json, R"({
  "places": [
    {
      "a": "\u003cé\u003e",
      "A": 1
    }
  ]
})");
}

TEST(GoogleResponseTest, AnErrorWithoutABodyOfGooglesGoesByItsHttpStatus) {
  const std::pair<int, absl::StatusCode> table[] = {
      {400, absl::StatusCode::kInvalidArgument},   {403, absl::StatusCode::kPermissionDenied},
      {404, absl::StatusCode::kNotFound},          {407, absl::StatusCode::kFailedPrecondition},
      {429, absl::StatusCode::kResourceExhausted}, {500, absl::StatusCode::kInternal},
      {502, absl::StatusCode::kUnavailable},       {504, absl::StatusCode::kDeadlineExceeded}};
  for (const auto& [http_status, code] : table) {
    for (const char* body : {"", "<html>Bad</html>", "[]", "{\"error\":7}", "{\"error\":{}}",
                             "{\"error\":{\"status\":7,\"message\":[],\"details\":{}}}",
                             "{\"error\":{\"status\":\"NONSENSE\",\"details\":[1,{}]}}"}) {
      const absl::Status error = ErrorOf(http_status, body);
      EXPECT_EQ(error.code(), code) << http_status << body;
      EXPECT_EQ(HttpStatusOf(error), http_status) << body;
    }
  }
}

TEST(GoogleResponseTest, AnErrorDressedAsASuccessIsAnError) {
  const absl::Status error =
      ErrorOf(200, GoogleError(403, "PERMISSION_DENIED", "No.", "SERVICE_DISABLED"));
  EXPECT_EQ(error.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(HttpStatusOf(error), 403);
}

TEST(GoogleResponseTest, ARedirectIsNotFollowedButTold) {
  const absl::Status error = ErrorOf(302, "");
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(HttpStatusOf(error), 503);
  EXPECT_THAT(std::string(error.message()), HasSubstr("redirects"));
}

TEST(GoogleResponseTest, ASuccessThatIsNotGooglesIsUnavailable) {
  const std::string deep =
      absl::StrCat("{\"places\":[{},", std::string(100'000, '['), std::string(100'000, ']'), "]}");
  for (const std::string& body :
       {std::string(), std::string("<html>Log in to the Wi-Fi</html>"), std::string("[]"),
        std::string("\"text\""), std::string("{\"places\":"), std::string("{\"places\":{}}"),
        std::string("{\"places\":null}"), std::string("{\"places\":[1]}"),
        std::string("{\"places\":[{},null]}"), std::string("{\"a\":\"\xFF\"}"),
        std::string("{} {}"), deep}) {
    const absl::Status error = ErrorOf(200, body);
    EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable) << body.substr(0, 50);
    EXPECT_EQ(UpstreamHttpStatus(error), std::nullopt);
  }
}

TEST(GoogleResponseTest, DamagedBodiesGiveAnObjectOrAnError) {
  std::mt19937 random(1);
  const std::string bodies[] = {
      GooglePlaces(4), GoogleError(429, "RESOURCE_EXHAUSTED", "m", "RATE_LIMIT_EXCEEDED", "q")};
  for (int round = 0; round < 20'000; ++round) {
    std::string body = bodies[round % 2];
    for (uint32_t edits = random() % 4 + 1; edits > 0; --edits) {
      const size_t at = random() % body.size();
      if (random() % 2 == 0) {
        body[at] = static_cast<char>(random());
      } else {
        body.erase(at, random() % 20 + 1);
        if (body.empty()) body = "{";
      }
    }
    const auto json = ReadGoogleResponse({round % 3 == 0 ? 429 : 200, body}, 2);
    if (json.ok()) {
      const auto parsed = nlohmann::json::parse(*json);
      EXPECT_TRUE(parsed.is_object());
      EXPECT_LE(parsed.value("places", nlohmann::json::array()).size(), 2U);
    } else {
      EXPECT_FALSE(json.status().message().empty());
    }
  }
}

TEST(PresentableErrorTest, HidesTheKeyEvenWhereTheTextIsCut) {
  const std::string key = "AIzaSyVerySecretKey";
  absl::Status error =
      absl::InvalidArgumentError(absl::StrCat("key ", key, "\r\n", std::string(580, 'x'), key));
  SetUpstreamHttpStatus(error, 400);
  const absl::Status presentable = PresentableError(error, key);
  EXPECT_THAT(std::string(presentable.message()), StartsWith("key [key]  xxx"));
  EXPECT_THAT(std::string(presentable.message()), testing::Not(HasSubstr("AIza")));
  EXPECT_LE(presentable.message().size(), 600U);
  EXPECT_EQ(UpstreamHttpStatus(presentable), 400);
  EXPECT_EQ(presentable.code(), absl::StatusCode::kInvalidArgument);
}

TEST(PresentableErrorTest, CutsBetweenCharacters) {
  std::string text = "x";
  for (int i = 0; i < 400; ++i) text += "é";
  const absl::Status presentable = PresentableError(absl::InternalError(text), "AIzaSyKey");
  EXPECT_EQ(presentable.message().size(), 599U);
}

}  // namespace
}  // namespace proxyherd::places
