// Tests every documented error of Google's: its code, whether to retry, and the message for people.
#include "places/google/google_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "places/google/google_response.h"
#include "places/google/http.h"
#include "places/provider/errors.h"
#include "places/provider/provider.h"
#include "tests/support/fake_google.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using When = RetryAdvice::When;

absl::Status ErrorOf(int http_status, const std::string& body, int64_t retry_after_ns = 0) {
  return ReadGoogleResponse({http_status, body, retry_after_ns}, kMaxResults).status();
}

struct Row {
  std::string name;
  int http_status;
  std::string status;
  std::string reason;
  std::string quota_limit;
  When when;
  bool key_refused;
  std::string advice;
};

class GoogleErrorTest : public testing::TestWithParam<Row> {};

TEST_P(GoogleErrorTest, IsClassified) {
  const Row& row = GetParam();
  const absl::Status error =
      ErrorOf(row.http_status,
              GoogleError(row.http_status, row.status, "Some words.", row.reason, row.quota_limit));
  EXPECT_EQ(absl::StatusCodeToString(error.code()), row.status);
  EXPECT_EQ(UpstreamHttpStatus(error), row.http_status);
  EXPECT_EQ(UpstreamReason(error), row.reason);
  EXPECT_EQ(RetryAdviceOf(error).when, row.when);
  EXPECT_EQ(IsKeyRefused(error), row.key_refused);
  EXPECT_THAT(std::string(error.message()), StartsWith(row.advice));
  EXPECT_THAT(std::string(error.message()), HasSubstr("Google says: Some words."));
}

INSTANTIATE_TEST_SUITE_P(
    Documented, GoogleErrorTest,
    testing::Values(
        Row{"BadKey", 400, "INVALID_ARGUMENT", "API_KEY_INVALID", "", When::kNever, true,
            "API key not valid: check"},
        Row{"NoKey", 403, "PERMISSION_DENIED", "", "", When::kNever, true,
            "Google answered PERMISSION_DENIED (HTTP 403): it refuses the API key"},
        Row{"NoCredentials", 401, "UNAUTHENTICATED", "", "", When::kNever, true,
            "Google answered UNAUTHENTICATED (HTTP 401): it refuses the API key"},
        Row{"KeyNotForThisApi", 403, "PERMISSION_DENIED", "API_KEY_SERVICE_BLOCKED", "",
            When::kNever, true, "the API key may not call Places API (New)"},
        Row{"KeyNotFromThisAddress", 403, "PERMISSION_DENIED", "API_KEY_IP_ADDRESS_BLOCKED", "",
            When::kNever, true, "the API key may not be used from this machine's address"},
        Row{"KeyForWebPages", 403, "PERMISSION_DENIED", "API_KEY_HTTP_REFERRER_BLOCKED", "",
            When::kNever, true, "the API key is for web pages only"},
        Row{"KeyForAndroid", 403, "PERMISSION_DENIED", "API_KEY_ANDROID_APP_BLOCKED", "",
            When::kNever, true, "the API key is for an Android app only"},
        Row{"KeyForIos", 403, "PERMISSION_DENIED", "API_KEY_IOS_APP_BLOCKED", "", When::kNever,
            true, "the API key is for an iOS app only"},
        Row{"ApiNotEnabled", 403, "PERMISSION_DENIED", "SERVICE_DISABLED", "", When::kNever, true,
            "Places API (New) is not enabled"},
        Row{"BillingOff", 403, "PERMISSION_DENIED", "BILLING_DISABLED", "", When::kNever, true,
            "billing is off"},
        Row{"ProjectSuspended", 403, "PERMISSION_DENIED", "CONSUMER_SUSPENDED", "", When::kNever,
            true, "the key's project is suspended"},
        Row{"NoMask", 400, "INVALID_ARGUMENT", "", "", When::kNever, false,
            "Google answered INVALID_ARGUMENT (HTTP 400): it does not accept what it was asked"},
        Row{"NoSuchCall", 404, "NOT_FOUND", "", "", When::kNever, false,
            "Google answered NOT_FOUND (HTTP 404): it does not know the call"},
        Row{"QuotaOfTheDay", 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED",
            "SearchNearbyRequestPerDayPerProject", When::kTomorrow, false,
            "Google's quota is used up: wait, or raise it in the Google Cloud console "
            "(SearchNearbyRequestPerDayPerProject)"},
        Row{"QuotaOfTheMinute", 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED",
            "SearchNearbyRequestPerMinutePerProject", When::kSoon, false,
            "Google's quota is used up"},
        Row{"QuotaWithoutDetails", 429, "RESOURCE_EXHAUSTED", "", "", When::kSoon, false,
            "Google answered RESOURCE_EXHAUSTED (HTTP 429): its quota is used up"},
        Row{"UnknownReason", 403, "PERMISSION_DENIED", "NEW_REASON", "", When::kNever, true,
            "Google answered PERMISSION_DENIED (HTTP 403), NEW_REASON: it refuses the API key"},
        Row{"Internal", 500, "INTERNAL", "", "", When::kSoon, false,
            "Google answered INTERNAL (HTTP 500): it, or a proxy"},
        Row{"Unavailable", 503, "UNAVAILABLE", "", "", When::kSoon, false,
            "Google answered UNAVAILABLE (HTTP 503): it, or a proxy"},
        Row{"TimeOut", 504, "DEADLINE_EXCEEDED", "", "", When::kSoon, false,
            "Google answered DEADLINE_EXCEEDED (HTTP 504): it, or a proxy"}),
    [](const auto& info) { return info.param.name; });

TEST(GoogleErrorsTest, TheReasonDecidesBeforeTheStatus) {
  const absl::Status limited =
      ErrorOf(403, GoogleError(403, "PERMISSION_DENIED", "m", "RATE_LIMIT_EXCEEDED", "PerMinute"));
  EXPECT_EQ(limited.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(UpstreamHttpStatus(limited), 403);
  EXPECT_EQ(RetryAdviceOf(limited).when, When::kSoon);
  EXPECT_FALSE(IsKeyRefused(limited));

  const absl::Status refused =
      ErrorOf(503, GoogleError(503, "UNAVAILABLE", "m", "SERVICE_DISABLED"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(RetryAdviceOf(refused).when, When::kNever);
}

TEST(GoogleErrorsTest, WordsDecideNothing) {
  const absl::Status error =
      ErrorOf(429, GoogleError(429, "RESOURCE_EXHAUSTED", "Quota 'requests per day' PerDay", ""));
  EXPECT_EQ(RetryAdviceOf(error).when, When::kSoon);
}

TEST(GoogleErrorsTest, WithoutABodyTheHttpStatusDecides) {
  const std::pair<int, When> table[] = {
      {400, When::kNever}, {401, When::kNever}, {403, When::kNever}, {404, When::kNever},
      {429, When::kSoon},  {500, When::kSoon},  {501, When::kNever}, {502, When::kSoon},
      {503, When::kSoon},  {504, When::kSoon},  {302, When::kNever}};
  for (const auto& [http_status, when] : table) {
    for (const char* body : {"", "<html>Bad gateway</html>", "{\"error\":{\"status\":"}) {
      EXPECT_EQ(RetryAdviceOf(ErrorOf(http_status, body)).when, when) << http_status << body;
    }
  }
}

std::string WithRetryInfo(const std::string& delay) {
  return absl::StrCat(R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[)",
                      R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":)", delay,
                      "}]}}");
}

TEST(GoogleErrorsTest, TheLaterOfHeaderAndRetryInfoCounts) {
  EXPECT_EQ(RetryAdviceOf(ErrorOf(429, WithRetryInfo("\"3.5s\""))).delay_ns, 3500 * kMillisecond);
  EXPECT_EQ(RetryAdviceOf(ErrorOf(429, WithRetryInfo("\"3s\""), 9 * kSecond)).delay_ns,
            9 * kSecond);
  EXPECT_EQ(RetryAdviceOf(ErrorOf(429, WithRetryInfo("\"30s\""), 9 * kSecond)).delay_ns,
            30 * kSecond);
  EXPECT_EQ(RetryAdviceOf(ErrorOf(503, "", 9 * kSecond)).delay_ns, 9 * kSecond);
  EXPECT_EQ(RetryAdviceOf(ErrorOf(404, "", 9 * kSecond)).delay_ns, 0) << "never";
}

TEST(GoogleErrorsTest, ADelayOfNonsenseIsNone) {
  for (const char* delay :
       {"\"\"", "\"s\"", "\"-3s\"", "\"nans\"", "\"3\"", "\"3m\"", "3", "null", "{}"}) {
    EXPECT_EQ(RetryAdviceOf(ErrorOf(429, WithRetryInfo(delay))).delay_ns, 0) << delay;
  }
  for (const char* delay : {"\"1e300s\"", "\"infs\""}) {
    EXPECT_EQ(RetryAdviceOf(ErrorOf(429, WithRetryInfo(delay))).delay_ns, kMaxRetryAfterNs)
        << delay;
  }
}

TEST(GoogleErrorsTest, TheFieldAtFaultIsNamed) {
  const absl::Status error =
      ErrorOf(400, R"({"error":{"code":400,"message":"Bad.","status":"INVALID_ARGUMENT","details":[
        {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[
        {"field":"max_result_count","description":"too large"}]}]}})");
  EXPECT_THAT(std::string(error.message()),
              HasSubstr("; at fault is max_result_count: too large; Google says: Bad."));
}

TEST(GoogleErrorsTest, ThousandsOfDetailsAreNotRead) {
  std::string details;
  for (int i = 0; i < 5000; ++i) details += "{\"@type\":7},";
  const absl::Status error =
      ErrorOf(403, absl::StrCat(R"({"error":{"status":"PERMISSION_DENIED","details":[)", details,
                                R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo",)",
                                R"("reason":"BILLING_DISABLED"}]}})"));
  EXPECT_EQ(UpstreamReason(error), "");
  EXPECT_EQ(error.code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace proxyherd::places
