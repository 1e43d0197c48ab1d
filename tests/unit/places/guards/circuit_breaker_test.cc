// The states of a breaker, the errors that open it, and how an error describes an upstream.
#include "places/guards/circuit_breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "places/guards/circuit_breaker_provider.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;
using State = CircuitBreaker::State;
using Kind = CircuitBreaker::Outcome::Kind;

class CircuitBreakerTest : public testing::Test {
 protected:
  // A call that ends at once. False when it may not pass.
  bool Call(Kind kind, nanoseconds open_for = nanoseconds(0)) {
    const auto ticket = breaker_.Admit(now_);
    if (ticket.has_value()) breaker_.Report(*ticket, {kind, open_for}, now_);
    return ticket.has_value();
  }
  void Fail(int times) {
    for (int i = 0; i < times; ++i) EXPECT_TRUE(Call(Kind::kFailure)) << i;
  }

  nanoseconds now_ = seconds(100);
  CircuitBreaker breaker_{CircuitBreaker::Options()};
};

TEST_F(CircuitBreakerTest, FailuresInARowOpenIt) {
  Fail(4);
  Call(Kind::kSuccess);
  Fail(4);
  Call(Kind::kNeutral);
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
  Fail(1);
  EXPECT_EQ(breaker_.StateAt(now_), State::kOpen);
  EXPECT_FALSE(Call(Kind::kSuccess));
  EXPECT_EQ(breaker_.OpenFor(now_), seconds(1));
}

TEST_F(CircuitBreakerTest, AShareOfFailuresWithinTheWindowOpensIt) {
  for (int i = 0; i < 9; ++i) {
    Fail(1);
    Call(Kind::kSuccess);
    now_ += milliseconds(100);
  }
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
  Call(Kind::kSuccess);
  Fail(1);
  EXPECT_EQ(breaker_.StateAt(now_), State::kOpen);
}

TEST_F(CircuitBreakerTest, WhatIsOlderThanTheWindowIsForgotten) {
  for (int i = 0; i < 200; ++i) {
    Fail(1);
    Call(Kind::kSuccess);
    now_ += milliseconds(1250);  // eight in a window
  }
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
}

TEST_F(CircuitBreakerTest, HalfOpenLetsOneProbePassAndASuccessClosesIt) {
  Fail(5);
  now_ += seconds(1);
  EXPECT_EQ(breaker_.StateAt(now_), State::kHalfOpen);
  const auto probe = breaker_.Admit(now_);
  ASSERT_TRUE(probe.has_value());
  EXPECT_FALSE(breaker_.Admit(now_).has_value());
  breaker_.Report(*probe, {Kind::kSuccess}, now_);
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
  Fail(4);
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
  EXPECT_EQ(breaker_.opened(), 1U);
  EXPECT_EQ(breaker_.closed(), 1U);
  EXPECT_EQ(breaker_.half_opened(), 1U);
}

TEST_F(CircuitBreakerTest, EachFailedProbeDoublesTheTimeUpToItsBound) {
  Fail(5);
  for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(breaker_.OpenFor(now_), seconds(expected));
    now_ += seconds(expected);
    Fail(1);
  }
  now_ += seconds(60);
  Call(Kind::kSuccess);
  Fail(5);
  EXPECT_EQ(breaker_.OpenFor(now_), seconds(1));
}

TEST_F(CircuitBreakerTest, ANeutralProbeLeavesTheNextCallToProbe) {
  Fail(5);
  now_ += seconds(1);
  EXPECT_TRUE(Call(Kind::kNeutral));
  EXPECT_EQ(breaker_.StateAt(now_), State::kHalfOpen);
  EXPECT_TRUE(Call(Kind::kSuccess));
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
}

TEST_F(CircuitBreakerTest, AProbeThatNeverEndsIsGivenUp) {
  Fail(5);
  now_ += seconds(1);
  const auto lost = breaker_.Admit(now_);
  now_ += seconds(30);
  const auto probe = breaker_.Admit(now_);
  ASSERT_TRUE(probe.has_value());
  breaker_.Report(*lost, {Kind::kSuccess}, now_);
  EXPECT_EQ(breaker_.StateAt(now_), State::kHalfOpen);
  breaker_.Report(*probe, {Kind::kSuccess}, now_);
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
}

TEST_F(CircuitBreakerTest, CallsFromBeforeItOpenedTeachNothing) {
  const auto early = breaker_.Admit(now_);
  Fail(5);
  breaker_.Report(*early, {Kind::kSuccess}, now_);
  EXPECT_EQ(breaker_.StateAt(now_), State::kOpen);
  now_ += seconds(1);
  const auto probe = breaker_.Admit(now_);
  breaker_.Report(*early, {Kind::kSuccess}, now_);
  EXPECT_EQ(breaker_.StateAt(now_), State::kHalfOpen);
  breaker_.Report(*probe, {Kind::kFailure}, now_);
  EXPECT_EQ(breaker_.StateAt(now_), State::kOpen);
}

TEST_F(CircuitBreakerTest, ARefusalOpensItAtOnceForTheLongestTime) {
  Call(Kind::kRefused);
  EXPECT_EQ(breaker_.OpenFor(now_), seconds(60));
}

TEST_F(CircuitBreakerTest, TheUpstreamsWishForTimeIsKept) {
  Fail(4);
  Call(Kind::kFailure, seconds(300));
  EXPECT_EQ(breaker_.OpenFor(now_), seconds(300));
}

TEST_F(CircuitBreakerTest, ResetClosesIt) {
  Fail(4);
  breaker_.Reset();
  Fail(4);
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
  Fail(1);
  breaker_.Reset();
  EXPECT_EQ(breaker_.StateAt(now_), State::kClosed);
  EXPECT_TRUE(Call(Kind::kSuccess));
}

TEST(OutcomeOf, TellsTheUpstreamsFaultFromTheCallers) {
  const auto with = [](absl::Status status, RetryAdvice::When when,
                       nanoseconds delay = nanoseconds(0)) {
    SetRetryAdvice(status, {when, delay});
    return status;
  };
  absl::Status bad_key = absl::InvalidArgumentError("");
  SetUpstreamReason(bad_key, "API_KEY_INVALID");
  absl::Status refused_here = absl::ResourceExhaustedError("");
  MarkRefusedHere(refused_here);
  const struct {
    absl::Status status;
    Kind kind;
    nanoseconds open_for;
    bool opens;
  } kCases[] = {
      {absl::OkStatus(), Kind::kSuccess, seconds(0), false},
      {absl::InvalidArgumentError(""), Kind::kNeutral, seconds(0), false},
      {absl::OutOfRangeError(""), Kind::kNeutral, seconds(0), false},
      {absl::CancelledError(""), Kind::kNeutral, seconds(0), false},
      {refused_here, Kind::kNeutral, seconds(0), false},
      {bad_key, Kind::kRefused, seconds(0), false},
      {absl::UnauthenticatedError(""), Kind::kRefused, seconds(0), false},
      {absl::PermissionDeniedError(""), Kind::kRefused, seconds(0), false},
      {absl::UnavailableError(""), Kind::kFailure, seconds(0), false},
      {absl::InternalError(""), Kind::kFailure, seconds(0), false},
      {absl::DeadlineExceededError(""), Kind::kFailure, seconds(0), false},
      {with(absl::ResourceExhaustedError(""), RetryAdvice::When::kSoon, seconds(30)),
       Kind::kFailure, seconds(30), false},
      {with(absl::UnavailableError(""), RetryAdvice::When::kSoon, nanoseconds::max()),
       Kind::kFailure, hours(25), false},
      {with(absl::ResourceExhaustedError(""), RetryAdvice::When::kTomorrow), Kind::kFailure,
       hours(7), true},
  };
  for (const auto& test : kCases) {
    const auto outcome = OutcomeOf(test.status, seconds(5), hours(7));
    EXPECT_EQ(outcome.kind, test.kind) << test.status;
    EXPECT_EQ(outcome.open_for, test.open_for) << test.status;
    EXPECT_EQ(outcome.opens, test.opens) << test.status;
  }
  EXPECT_EQ(OutcomeOf(absl::DeadlineExceededError(""), milliseconds(999), hours(7)).kind,
            Kind::kNeutral);
}

class CircuitBreakerProviderTest : public testing::Test {
 protected:
  CircuitBreakerProviderTest() {
    auto played = std::make_unique<PlayedProvider>("google");
    played_ = played.get();
    played_->reply = [this](const SearchRequest&) { return reply_; };
    guarded_ = std::make_unique<CircuitBreakerProvider>(std::move(played),
                                                        CircuitBreaker::Options(), time_, time_);
  }
  std::string Search() {
    outcome_.all.clear();
    guarded_->Search(RequestNumber(1), seconds(5), outcome_.Take());
    return outcome_.Text();
  }

  FakeClock time_{1'790'000'000 * kSecond};  // 2026-09-21T14:13:20Z
  absl::StatusOr<SearchAnswer> reply_ = SearchAnswer{"{}", "google", ""};
  PlayedProvider* played_ = nullptr;
  Outcome outcome_;
  std::unique_ptr<CircuitBreakerProvider> guarded_;
};

TEST_F(CircuitBreakerProviderTest, WhileItIsOpenTheErrorThatOpenedItIsTold) {
  absl::Status error = absl::PermissionDeniedError("API key not valid.");
  SetUpstreamReason(error, "API_KEY_INVALID");
  SetUpstreamHttpStatus(error, 403);
  reply_ = error;
  EXPECT_EQ(Search(), "PERMISSION_DENIED: API key not valid.");
  EXPECT_EQ(Search(),
            "PERMISSION_DENIED: is left alone until 2026-09-21T14:14:20+00:00, because it failed: "
            "API key not valid.");
  EXPECT_EQ(played_->asked, 1);
  EXPECT_EQ(UpstreamReason(outcome_.all[0].status()), "API_KEY_INVALID");
  EXPECT_EQ(HttpStatusOf(outcome_.all[0].status()), 403);
  const ProviderStatus status = guarded_->Describe()[0];
  EXPECT_EQ(status.state, ProviderStatus::State::kUnavailable);
  EXPECT_THAT(status.reason, StartsWith("PERMISSION_DENIED API_KEY_INVALID (is left alone until"));
  EXPECT_EQ(guarded_->stats().refused, 1U);
}

TEST_F(CircuitBreakerProviderTest, AQuotaOfTheDayIsRespectedUntilMidnightInCalifornia) {
  absl::Status error = absl::ResourceExhaustedError("Quota exceeded");
  SetRetryAdvice(error, {RetryAdvice::When::kTomorrow});
  reply_ = error;
  Search();
  EXPECT_THAT(Search(), HasSubstr("until 2026-09-22T07:00:00+00:00"));
  EXPECT_EQ(RetryAdviceOf(outcome_.all[0].status()).when, RetryAdvice::When::kTomorrow);
  time_.Advance(hours(16));
  Search();
  EXPECT_EQ(played_->asked, 1);
  time_.Advance(hours(1));
  reply_ = SearchAnswer{"{}", "google", ""};
  EXPECT_EQ(guarded_->Describe()[0].state, ProviderStatus::State::kDegraded);
  EXPECT_EQ(Search(), "{}");
  EXPECT_EQ(guarded_->Describe()[0].state, ProviderStatus::State::kServing);
}

TEST_F(CircuitBreakerProviderTest, WhatIsWorseThanHalfOpenIsStillTold) {
  reply_ = absl::PermissionDeniedError("no");
  Search();
  played_->status.state = ProviderStatus::State::kUnavailable;
  played_->status.reason = "its budget for today is used up";
  EXPECT_THAT(guarded_->Describe()[0].reason, StartsWith("PERMISSION_DENIED (is left alone until"));
  time_.Advance(seconds(60));
  ASSERT_EQ(guarded_->stats().state, State::kHalfOpen);
  EXPECT_EQ(guarded_->Describe()[0].state, ProviderStatus::State::kUnavailable);
  EXPECT_EQ(guarded_->Describe()[0].reason, "its budget for today is used up");
  played_->status.state = ProviderStatus::State::kDegraded;
  EXPECT_EQ(guarded_->Describe()[0].state, ProviderStatus::State::kDegraded);
  EXPECT_THAT(guarded_->Describe()[0].reason, StartsWith("PERMISSION_DENIED"));
}

TEST_F(CircuitBreakerProviderTest, WhileAProbeIsUnderWayOthersHearOfIt) {
  reply_ = absl::PermissionDeniedError("no");
  Search();
  time_.Advance(seconds(60));
  played_->reply = nullptr;
  EXPECT_EQ(Search(), "nothing yet");
  Outcome other;
  guarded_->Search(RequestNumber(2), seconds(5), other.Take());
  EXPECT_EQ(other.Text(),
            "PERMISSION_DENIED: is being tried with another search after it failed: no");
  played_->Answer("{}");
  EXPECT_EQ(outcome_.Text(), "{}");
}

TEST_F(CircuitBreakerProviderTest, ReloadClosesIt) {
  reply_ = absl::UnauthenticatedError("no");
  Search();
  reply_ = SearchAnswer{"{}", "google", ""};
  EXPECT_THAT(Search(), StartsWith("UNAUTHENTICATED"));
  guarded_->Reload();
  EXPECT_EQ(played_->reloads, 1);
  EXPECT_EQ(Search(), "{}");
}

}  // namespace
}  // namespace proxyherd
