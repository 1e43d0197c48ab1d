// Tests HTTP statuses beside codes, and valid requests.
#include "places/provider/errors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/env.h"
#include "places/provider/provider.h"

namespace proxyherd::places {
namespace {

TEST(ErrorsTest, TheUpstreamsStatusWinsOverTheDefault) {
  absl::Status status = absl::UnavailableError("away");
  EXPECT_EQ(HttpStatusOf(status), 503);
  EXPECT_EQ(UpstreamHttpStatus(status), std::nullopt);
  SetUpstreamHttpStatus(status, 502);
  EXPECT_EQ(HttpStatusOf(status), 502);
  EXPECT_EQ(UpstreamHttpStatus(status), 502);
}

TEST(ErrorsTest, OnlyErrorsAreRemembered) {
  for (const int http_status : {0, 200, 302, 399, 600}) {
    absl::Status status = absl::UnavailableError("away");
    SetUpstreamHttpStatus(status, http_status);
    EXPECT_EQ(HttpStatusOf(status), 503) << http_status;
  }
}

TEST(ErrorsTest, AdviceIsRemembered) {
  absl::Status status = absl::ResourceExhaustedError("quota");
  EXPECT_EQ(RetryAdviceOf(status), RetryAdvice());
  const RetryAdvice advice = {RetryAdvice::When::kSoon, 30 * kSecond};
  SetRetryAdvice(status, advice);
  EXPECT_EQ(RetryAdviceOf(status), advice);
}

TEST(ErrorsTest, OnlyAnInvalidKeysReasonSaysThatItIsTheKey) {
  absl::Status status = absl::InvalidArgumentError("API_KEY_INVALID");
  EXPECT_FALSE(SaysKeyIsInvalid(status));
  SetUpstreamReason(status, "API_KEY_SERVICE_BLOCKED");
  EXPECT_FALSE(SaysKeyIsInvalid(status));
  SetUpstreamReason(status, kKeyInvalidReason);
  EXPECT_TRUE(SaysKeyIsInvalid(status));
}

TEST(ErrorsTest, WithoutAdviceOnlyPassingTroubleIsWorthAnotherCall) {
  EXPECT_EQ(RetryAdviceOf(absl::UnavailableError("")).when, RetryAdvice::When::kSoon);
  EXPECT_EQ(RetryAdviceOf(absl::DeadlineExceededError("")).when, RetryAdvice::When::kSoon);
  EXPECT_EQ(RetryAdviceOf(absl::PermissionDeniedError("")).when, RetryAdvice::When::kNever);
  EXPECT_EQ(RetryAdviceOf(absl::InvalidArgumentError("")).when, RetryAdvice::When::kNever);
}

TEST(ErrorsTest, OnlyReasonsAreReasons) {
  absl::Status status = absl::PermissionDeniedError("no");
  EXPECT_EQ(UpstreamReason(status), "");
  for (const std::string& word : {std::string(), std::string("two words"), std::string(64, 'A')}) {
    SetUpstreamReason(status, word);
    EXPECT_EQ(UpstreamReason(status), "") << word;
  }
  SetUpstreamReason(status, "API_KEY_INVALID");
  EXPECT_EQ(UpstreamReason(status), "API_KEY_INVALID");
}

TEST(ErrorsTest, EveryCodeHasTheHttpStatusOfGoogle) {
  const std::pair<absl::StatusCode, int> table[] = {
      {absl::StatusCode::kCancelled, 499},          {absl::StatusCode::kUnknown, 500},
      {absl::StatusCode::kInvalidArgument, 400},    {absl::StatusCode::kDeadlineExceeded, 504},
      {absl::StatusCode::kNotFound, 404},           {absl::StatusCode::kAlreadyExists, 409},
      {absl::StatusCode::kPermissionDenied, 403},   {absl::StatusCode::kResourceExhausted, 429},
      {absl::StatusCode::kFailedPrecondition, 400}, {absl::StatusCode::kAborted, 409},
      {absl::StatusCode::kOutOfRange, 400},         {absl::StatusCode::kUnimplemented, 501},
      {absl::StatusCode::kInternal, 500},           {absl::StatusCode::kUnavailable, 503},
      {absl::StatusCode::kDataLoss, 500},           {absl::StatusCode::kUnauthenticated, 401}};
  for (const auto& [code, http_status] : table) {
    EXPECT_EQ(HttpStatusOf(absl::Status(code, "x")), http_status) << code;
    EXPECT_EQ(ParseErrorCode(absl::StatusCodeToString(code)), code);
  }
  EXPECT_EQ(HttpStatusOf(absl::OkStatus()), 200);
  EXPECT_EQ(ParseErrorCode("OK"), std::nullopt);
  EXPECT_EQ(ParseErrorCode("INVALID_REQUEST"), std::nullopt);
}

TEST(ErrorsTest, AnHttpStatusAloneGivesACode) {
  EXPECT_EQ(CodeOfHttpStatus(302), absl::StatusCode::kUnavailable);
  EXPECT_EQ(CodeOfHttpStatus(400), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeOfHttpStatus(403), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(CodeOfHttpStatus(407), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CodeOfHttpStatus(429), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(CodeOfHttpStatus(500), absl::StatusCode::kInternal);
  EXPECT_EQ(CodeOfHttpStatus(502), absl::StatusCode::kUnavailable);
  EXPECT_EQ(CodeOfHttpStatus(504), absl::StatusCode::kDeadlineExceeded);
}

TEST(ValidateTest, TheLimitsAreInside) {
  EXPECT_TRUE(ValidateSearchRequest({90, 180, 50'000, 20}).ok());
  EXPECT_TRUE(ValidateSearchRequest({-90, -180, 1e-9, 1}).ok());
}

TEST(ValidateTest, ARefusalNamesTheFieldAndItsRange) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::pair<SearchRequest, std::string> table[] = {
      {{90.1, 0, 1, 1}, "latitude must be in [-90, 90], not 90.1"},
      {{nan, 0, 1, 1}, "latitude must be in [-90, 90], not nan"},
      {{0, -180.5, 1, 1}, "longitude must be in [-180, 180], not -180.5"},
      {{0, nan, 1, 1}, "longitude must be in [-180, 180], not nan"},
      {{0, 0, 0, 1}, "radius_meters must be in (0, 50000], not 0"},
      {{0, 0, 50'001, 1}, "radius_meters must be in (0, 50000], not 50001"},
      {{0, 0, nan, 1}, "radius_meters must be in (0, 50000], not nan"},
      {{0, 0, 1, 0}, "max_result_count must be in [1, 20], not 0"},
      {{0, 0, 1, 21}, "max_result_count must be in [1, 20], not 21"}};
  for (const auto& [request, message] : table) {
    EXPECT_EQ(ValidateSearchRequest(request), absl::InvalidArgumentError(message));
  }
}

TEST(ValidateTest, ALanguageHasTheFormOfBcp47) {
  SearchRequest request{0, 0, 1, 1};
  for (const char* language : {"", "de", "pt-BR", "zh-Hant-TW", "gsw", "es-419", "i-klingon"}) {
    request.language = language;
    EXPECT_EQ(ValidateSearchRequest(request).ok(), request.language != "i-klingon") << language;
  }
  for (const std::string& language :
       {std::string("d"), std::string("pt_BR"), std::string("de-"), std::string("-de"),
        std::string("4e"), std::string("abcdefghi"), std::string("de-123456789"),
        std::string("\0\0", 2), std::string(36, 'a'),
        std::string("de-at-at-at-at-at-at-at-at-at-at-at-")}) {
    request.language = language;
    EXPECT_EQ(ValidateSearchRequest(request).code(), absl::StatusCode::kInvalidArgument)
        << language;
  }
  request.language = "pt_BR";
  EXPECT_EQ(ValidateSearchRequest(request),
            absl::InvalidArgumentError("language_code must be in the form of BCP 47 (\"de\", "
                                       "\"pt-BR\"), not \"pt_BR\""));
}

TEST(ValidateTest, ARegionIsTwoLetters) {
  SearchRequest request{0, 0, 1, 1};
  for (const char* region : {"", "US", "gb"}) {
    request.region = region;
    EXPECT_TRUE(ValidateSearchRequest(request).ok()) << region;
  }
  for (const char* region : {"U", "USA", "U1", "\xc3\xa4"}) {
    request.region = region;
    EXPECT_EQ(ValidateSearchRequest(request).code(), absl::StatusCode::kInvalidArgument) << region;
  }
  request.region = "USA";
  EXPECT_EQ(ValidateSearchRequest(request),
            absl::InvalidArgumentError(
                "region_code must be in the form of two letters (\"US\"), not \"USA\""));
}

TEST(ValidateTest, TypesAreJudgedToo) {
  SearchRequest request{0, 0, 1, 1};
  request.types.included = {"cafe"};
  EXPECT_TRUE(ValidateSearchRequest(request).ok());
  request.types.excluded = {"cafe"};
  EXPECT_EQ(ValidateSearchRequest(request).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace proxyherd::places
