// Tests the state of a Google provider: its key, Google's health, connections; and when to retry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/env.h"
#include "places/google/client/google_provider.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"
#include "tests/support/fake_google.h"
#include "tests/support/google_provider_fixture.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(GoogleProviderTest, RetryAfterComesInSecondsOrAsADate) {
  const auto delay = [this](const std::string& header) {
    google_->Answer({.status = 503, .extra_headers = header});
    const RetryAdvice advice = RetryAdviceOf(Search().status());
    EXPECT_EQ(advice.when, RetryAdvice::When::kSoon);
    return advice.delay_ns;
  };
  EXPECT_EQ(delay("Retry-After: 7\r\n"), 7 * kSecond);
  EXPECT_EQ(delay("retry-after: 7\r\n"), 7 * kSecond);
  EXPECT_EQ(delay(""), 0);
  EXPECT_EQ(delay("Retry-After: soon\r\n"), 0);
  EXPECT_EQ(delay("Retry-After: -5\r\n"), 0);
  // Dates are so far away that the time of the test does not matter.
  EXPECT_EQ(delay("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"), 0);
  EXPECT_EQ(delay("Retry-After: Sat, 21 Oct 2113 07:28:00 GMT\r\n"), kMaxRetryAfterNs);
  EXPECT_EQ(delay("Retry-After: 99999999999999999999\r\n"), 0) << "no number";
}

TEST_F(GoogleProviderTest, AConnectionIsKeptAndUsedAgain) {
  using Connection = TransferFacts::Connection;
  FakeGoogle keeping(/*keep_alive=*/true);
  Start(keeping.endpoint(), {});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Search().ok());
  ASSERT_EQ(transfers_.size(), 3U);
  EXPECT_EQ(transfers_[0].connection, Connection::kNew);
  EXPECT_EQ(transfers_[1].connection, Connection::kReused);
  EXPECT_EQ(transfers_[2].connection, Connection::kReused);
  EXPECT_EQ(transfers_[2].version, TransferFacts::Version::kHttp11);

  const DeafPort deaf(/*listening=*/false);
  Start(deaf.endpoint("http"), {});
  EXPECT_FALSE(Search().ok());
  EXPECT_EQ(transfers_.back().connection, Connection::kNone);
  EXPECT_EQ(transfers_.back().version, TransferFacts::Version::kNone);
}

TEST_F(GoogleProviderTest, AReloadedKeyIsUsedFromThenOn) {
  EXPECT_EQ(KeySent(), kKey);
  next_key_ = "AIzaSyAnotherKeyOfTheSame";
  provider_->Reload();
  EXPECT_EQ(KeySent(), *next_key_);
  provider_->Reload();
  EXPECT_THAT(log_, testing::ElementsAre(HasSubstr("replaced"), HasSubstr("unchanged")));
}

TEST_F(GoogleProviderTest, AKeyThatCannotBeReadLeavesTheOldOne) {
  next_key_ = absl::NotFoundError("the API key file k cannot be read");
  provider_->Reload();
  EXPECT_EQ(KeySent(), kKey);
  EXPECT_THAT(log_, testing::ElementsAre("Google API key not reloaded, the old one stays in use: "
                                         "the API key file k cannot be read"));
}

TEST_F(GoogleProviderTest, AKeyIsScrubbedFromAnswersToItEvenAfterAReload) {
  google_->Answer({.hang = true});
  std::future<Outcome> begun = Begin();
  google_->AwaitCalls(1);
  next_key_ = "AIzaSyAnotherKeyOfTheSame";
  provider_->Reload();
  google_->AnswerHanging({.status = 403, .body = GoogleError(403, "PERMISSION_DENIED", kKey, "")});
  const absl::Status error = begun.get().status();
  EXPECT_THAT(std::string(error.message()), AllOf(HasSubstr("[key]"), Not(HasSubstr(kKey))));
  EXPECT_EQ(Describe().state, ProviderStatus::State::kServing) << "the new key was not refused";
}

TEST_F(GoogleProviderTest, ReloadsAmongSearchesSendOneOfTheTwoKeys) {
  next_key_ = "AIzaSyAnotherKeyOfTheSame";
  std::thread reloading([this] {
    for (int i = 0; i < 50; ++i) {
      provider_->Reload();
      static_cast<void>(Describe());
    }
  });
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(Search().ok());
  reloading.join();
  for (const SeenCall& call : google_->TakeCalls()) {
    EXPECT_THAT(call.headers.at("x-goog-api-key"), testing::AnyOf(kKey, *next_key_));
  }
}

TEST_F(GoogleProviderTest, ATimeOutSaysHowGoogleIsOnlyIfTheTimeWasFair) {
  google_->Answer({.hang = true});
  EXPECT_EQ(Search(10 * kMillisecond).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Describe().state, ProviderStatus::State::kServing);
  EXPECT_EQ(errors_.size(), 1U) << "it is counted all the same";
  EXPECT_EQ(Search(kFairBudgetNs).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Describe().state, ProviderStatus::State::kDegraded);
}

TEST_F(GoogleProviderTest, TellsItsStateByItsLastOutcomes) {
  using State = ProviderStatus::State;
  EXPECT_EQ(Describe().state, State::kServing);
  EXPECT_EQ(Describe().name, "google");
  ASSERT_EQ(Describe().attributions.size(), 1U);
  EXPECT_EQ(Describe().attributions[0].name, "Google Maps");

  const auto after = [this](int status, const std::string& code, const std::string& reason,
                            const std::string& quota) {
    google_->Answer({.status = status, .body = GoogleError(status, code, "m", reason, quota)});
    static_cast<void>(Search());
    return Describe();
  };
  EXPECT_EQ(after(400, "INVALID_ARGUMENT", "", "").state, State::kServing) << "one search's fault";
  EXPECT_EQ(after(503, "UNAVAILABLE", "", "").state, State::kDegraded);
  EXPECT_EQ(after(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "XPerMinute").state,
            State::kDegraded);
  EXPECT_EQ(after(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "XPerDay").state,
            State::kUnavailable);
  const ProviderStatus refused = after(400, "INVALID_ARGUMENT", "API_KEY_INVALID", "");
  EXPECT_EQ(refused.state, State::kUnavailable);
  EXPECT_THAT(refused.reason, HasSubstr("check the key in the file"));
  EXPECT_EQ(after(404, "NOT_FOUND", "", "").state, State::kUnavailable);
  EXPECT_EQ(errors_.size(), 6U);

  google_->Answer({});
  EXPECT_TRUE(Search().ok());
  EXPECT_EQ(Describe().state, State::kServing);
  EXPECT_EQ(Describe().reason, "");
}

}  // namespace
}  // namespace proxyherd::places
