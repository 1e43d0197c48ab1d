// Tests the Google provider against a stand-in that serves, refuses, hangs, breaks off and lies.
#include "places/google/client/google_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"
#include "runtime/wait.h"
#include "tests/support/fake_google.h"
#include "tests/support/google_provider_fixture.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(GoogleProviderTest, AsksAsGoogleDocumentsAndPassesItsBytesOn) {
  google_->Answer({.body = GooglePlaces(3)});
  const Outcome answer = Search();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->json, GooglePlaces(3));
  EXPECT_EQ(answer->provider, "google");

  const std::vector<SeenCall> calls = google_->TakeCalls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].method, "POST");
  EXPECT_EQ(calls[0].path, "/v1/places:searchNearby");
  EXPECT_EQ(calls[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(calls[0].headers.at("x-goog-api-key"), kKey);
  EXPECT_EQ(calls[0].headers.at("x-goog-fieldmask"), "places.id");
  const auto body = nlohmann::json::parse(calls[0].body);
  EXPECT_EQ(body.at("maxResultCount"), 3);
  EXPECT_EQ(body.at("rankPreference"), "DISTANCE");
  const auto& circle = body.at("locationRestriction").at("circle");
  EXPECT_EQ(circle.at("radius"), 10'000);
  EXPECT_EQ(circle.at("center").at("latitude"), 34.0689);
  EXPECT_EQ(circle.at("center").at("longitude"), -118.4451);
}

TEST_F(GoogleProviderTest, MorePlacesThanWantedAreCutOff) {
  google_->Answer({.body = GooglePlaces(5)});
  const Outcome answer = Search();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->json + "\n", GooglePlaces(3));
}

TEST_F(GoogleProviderTest, AnErrorHasGooglesCodeAndAdvice) {
  google_->Answer({.status = 400,
                   .body = GoogleError(400, "INVALID_ARGUMENT",
                                       "API key not valid. Please pass one.", "API_KEY_INVALID")});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(UpstreamHttpStatus(error), 400);
  EXPECT_THAT(std::string(error.message()), HasSubstr("--places_api_key_file"));
}

TEST_F(GoogleProviderTest, TheKeyNeverLeavesEvenWhenItIsEchoed) {
  google_->Answer({.status = 400,
                   .body = GoogleError(400, "INVALID_ARGUMENT", absl::StrCat("Bad key ", kKey),
                                       "API_KEY_INVALID")});
  EXPECT_THAT(std::string(Search().status().message()),
              AllOf(HasSubstr("Bad key [key]"), Not(HasSubstr(kKey))));

  google_->Answer({.body = absl::StrCat("{\"places\":[{\"id\":\"", kKey, "\"}]}")});
  const Outcome answer = Search();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->json, R"({"places":[{"id":"[key]"}]})");
}

TEST_F(GoogleProviderTest, ASlowGoogleEndsWithTheBudget) {
  google_->Answer({.hang = true});
  const absl::Status error = Search(50 * kMillisecond).status();
  EXPECT_EQ(error.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(error.message()), HasSubstr("50 ms"));
}

TEST_F(GoogleProviderTest, NoBudgetAsksNobody) {
  EXPECT_EQ(Search(0).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Search(-1 * kSecond).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(google_->TakeCalls().empty());
}

TEST_F(GoogleProviderTest, ABadRequestAsksNobody) {
  Outcome outcome;
  provider_->Search({91, 0, 1, 1}, kAmpleNs, [&](Outcome o) { outcome = std::move(o); });
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(google_->TakeCalls().empty());
}

TEST_F(GoogleProviderTest, AnAnswerCutOffInTheMiddleIsUnavailable) {
  google_->Answer({.body = GooglePlaces(3), .bytes_left_out = 100});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(UpstreamHttpStatus(error), std::nullopt);
  EXPECT_THAT(std::string(error.message()), HasSubstr("cut off"));
}

TEST_F(GoogleProviderTest, AnAnswerThatIsNotJsonIsUnavailable) {
  google_->Answer({.body = "<html>Please log in</html>"});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr("not a JSON object"));
}

TEST_F(GoogleProviderTest, ATooLargeAnswerIsUnavailable) {
  Start({.max_body_bytes = 1000});
  google_->Answer({.body = std::string(1001, ' ')});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr("larger than 1000 bytes"));

  google_->Answer({.body = absl::StrCat("{}", std::string(998, ' '))});
  EXPECT_TRUE(Search().ok());
}

TEST_F(GoogleProviderTest, AnErrorKeepsItsStatusEvenWhenItsBodyIsCutOffOrTooLarge) {
  Start({.max_body_bytes = 1000});
  const std::string body = GoogleError(429, "RESOURCE_EXHAUSTED", std::string(2000, 'x'), "R");
  for (const FakeGoogle::Reply& reply :
       {FakeGoogle::Reply{.status = 429, .body = body},
        FakeGoogle::Reply{.status = 429, .body = "{\"error\": {", .bytes_left_out = 50}}) {
    google_->Answer(reply);
    const absl::Status error = Search().status();
    EXPECT_EQ(error.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(UpstreamHttpStatus(error), 429);
  }
}

TEST_F(GoogleProviderTest, ARedirectIsNotFollowed) {
  google_->Answer(
      {.status = 307, .extra_headers = absl::StrCat("Location: ", google_->endpoint(), "/x\r\n")});
  EXPECT_EQ(Search().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(google_->TakeCalls().size(), 1U);
}

TEST_F(GoogleProviderTest, NobodyThereIsUnavailable) {
  const DeafPort deaf(/*listening=*/false);
  Start(deaf.endpoint("http"), {});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr(absl::StrCat(deaf.endpoint("http"), "/v1")));
}

TEST_F(GoogleProviderTest, SilenceWhileConnectingDoesNotTakeTheWholeBudget) {
  const DeafPort deaf(/*listening=*/true);
  Start(deaf.endpoint("https"), {.connect_timeout_ns = 50 * kMillisecond});
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(error.message()), HasSubstr("no connection within 50 ms"));
}

TEST_F(GoogleProviderTest, MoreCallsThanAllowedAreRefusedAtOnce) {
  Start({.max_in_flight = 2});
  google_->Answer({.hang = true});
  std::future<Outcome> first = Begin();
  std::future<Outcome> second = Begin();
  const absl::Status error = Search().status();
  EXPECT_EQ(error.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RetryAdviceOf(error).when, RetryAdvice::When::kSoon);
  EXPECT_TRUE(WasRefusedHere(error)) << "a breaker would count it";
  EXPECT_EQ(Describe().state, ProviderStatus::State::kServing) << "Google was not even asked";
  EXPECT_THAT(errors_, testing::IsEmpty());
}

TEST_F(GoogleProviderTest, ACallThatEndedMakesRoomForTheNext) {
  Start({.max_in_flight = 1});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Search().ok());
}

TEST_F(GoogleProviderTest, AHangingCallDoesNotHoldUpAnother) {
  google_->Answer({.hang = true});
  std::future<Outcome> hanging = Begin();
  google_->AwaitCalls(1);
  google_->Answer({.body = GooglePlaces(1)});
  EXPECT_TRUE(Search().ok());
  EXPECT_FALSE(runtime::IsReadyWithin(hanging, 0));
}

TEST_F(GoogleProviderTest, StoppingEndsWhatIsUnderWay) {
  google_->Answer({.hang = true});
  std::future<Outcome> hanging = Begin();
  google_->AwaitCalls(1);
  std::future<Outcome> just_posted = Begin();
  provider_ = nullptr;
  EXPECT_EQ(hanging.get().status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(just_posted.get().status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace proxyherd::places
