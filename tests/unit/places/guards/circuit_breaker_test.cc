// Tests a breaker's states, which errors open it, and what searches and Describe report meanwhile.
#include "places/guards/circuit_breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "base/env.h"
#include "places/guards/circuit_breaker_provider.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using State = CircuitBreaker::State;
using Kind = CircuitBreaker::Outcome::Kind;

class CircuitBreakerTest : public testing::Test {
 protected:
  // Makes a call that ends at once. Returns false if the breaker refuses it.
  bool Call(Kind kind, int64_t open_for_ns = 0) {
    const auto ticket = breaker_.Admit(now_ns_);
    if (ticket.has_value()) breaker_.Report(*ticket, {kind, open_for_ns}, now_ns_);
    return ticket.has_value();
  }
  void Fail(int times) {
    for (int i = 0; i < times; ++i) EXPECT_TRUE(Call(Kind::kFailure)) << i;
  }

  int64_t now_ns_ = 100 * kSecond;
  CircuitBreaker breaker_{CircuitBreaker::Options()};
};

TEST_F(CircuitBreakerTest, FailuresInARowOpenIt) {
  Fail(4);
  Call(Kind::kSuccess);
  Fail(4);
  Call(Kind::kNeutral);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
  Fail(1);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kOpen);
  EXPECT_FALSE(Call(Kind::kSuccess));
  EXPECT_EQ(breaker_.OpenForNs(now_ns_), kSecond);
}

TEST_F(CircuitBreakerTest, AShareOfFailuresWithinTheWindowOpensIt) {
  for (int i = 0; i < 9; ++i) {
    Fail(1);
    Call(Kind::kSuccess);
    now_ns_ += 100 * kMillisecond;
  }
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
  Call(Kind::kSuccess);
  Fail(1);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kOpen);
}

TEST_F(CircuitBreakerTest, WhatIsOlderThanTheWindowIsForgotten) {
  for (int i = 0; i < 200; ++i) {
    Fail(1);
    Call(Kind::kSuccess);
    now_ns_ += 1250 * kMillisecond;  // eight in a window
  }
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
}

TEST_F(CircuitBreakerTest, HalfOpenLetsOneProbePassAndASuccessClosesIt) {
  Fail(5);
  now_ns_ += kSecond;
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kHalfOpen);
  const auto probe = breaker_.Admit(now_ns_);
  ASSERT_TRUE(probe.has_value());
  EXPECT_FALSE(breaker_.Admit(now_ns_).has_value());
  breaker_.Report(*probe, {Kind::kSuccess}, now_ns_);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
  Fail(4);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
  EXPECT_EQ(breaker_.opened(), 1U);
  EXPECT_EQ(breaker_.closed(), 1U);
  EXPECT_EQ(breaker_.half_opened(), 1U);
}

TEST_F(CircuitBreakerTest, EachFailedProbeDoublesTheTimeUpToItsBound) {
  Fail(5);
  for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60}) {
    EXPECT_EQ(breaker_.OpenForNs(now_ns_), expected * kSecond);
    now_ns_ += expected * kSecond;
    Fail(1);
  }
  now_ns_ += 60 * kSecond;
  Call(Kind::kSuccess);
  Fail(5);
  EXPECT_EQ(breaker_.OpenForNs(now_ns_), kSecond);
}

TEST_F(CircuitBreakerTest, ANeutralProbeLeavesTheNextCallToProbe) {
  Fail(5);
  now_ns_ += kSecond;
  EXPECT_TRUE(Call(Kind::kNeutral));
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kHalfOpen);
  EXPECT_TRUE(Call(Kind::kSuccess));
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
}

TEST_F(CircuitBreakerTest, AProbeThatNeverEndsIsGivenUp) {
  Fail(5);
  now_ns_ += kSecond;
  const auto lost = breaker_.Admit(now_ns_);
  now_ns_ += 30 * kSecond;
  const auto probe = breaker_.Admit(now_ns_);
  ASSERT_TRUE(probe.has_value());
  breaker_.Report(*lost, {Kind::kSuccess}, now_ns_);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kHalfOpen);
  breaker_.Report(*probe, {Kind::kSuccess}, now_ns_);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
}

TEST_F(CircuitBreakerTest, CallsFromBeforeItOpenedTeachNothing) {
  const auto early = breaker_.Admit(now_ns_);
  Fail(5);
  breaker_.Report(*early, {Kind::kSuccess}, now_ns_);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kOpen);
  now_ns_ += kSecond;
  const auto probe = breaker_.Admit(now_ns_);
  breaker_.Report(*early, {Kind::kSuccess}, now_ns_);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kHalfOpen);
  breaker_.Report(*probe, {Kind::kFailure}, now_ns_);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kOpen);
}

TEST_F(CircuitBreakerTest, ARefusalOpensItAtOnceForTheLongestTime) {
  Call(Kind::kRefused);
  EXPECT_EQ(breaker_.OpenForNs(now_ns_), 60 * kSecond);
}

TEST_F(CircuitBreakerTest, TheUpstreamsWishForTimeIsKept) {
  Fail(4);
  Call(Kind::kFailure, 300 * kSecond);
  EXPECT_EQ(breaker_.OpenForNs(now_ns_), 300 * kSecond);
}

TEST_F(CircuitBreakerTest, ResetClosesIt) {
  Fail(4);
  breaker_.Reset();
  Fail(4);
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
  Fail(1);
  breaker_.Reset();
  EXPECT_EQ(breaker_.StateAt(now_ns_), State::kClosed);
  EXPECT_TRUE(Call(Kind::kSuccess));
}

TEST(OutcomeOf, TellsTheUpstreamsFaultFromTheCallers) {
  const auto with = [](absl::Status status, RetryAdvice::When when, int64_t delay_ns = 0) {
    SetRetryAdvice(status, {when, delay_ns});
    return status;
  };
  absl::Status bad_key = absl::InvalidArgumentError("");
  SetUpstreamReason(bad_key, "API_KEY_INVALID");
  absl::Status refused_here = absl::ResourceExhaustedError("");
  MarkRefusedHere(refused_here);
  const struct {
    absl::Status status;
    Kind kind;
    int64_t open_for_ns;
    bool opens;
  } kCases[] = {
      {absl::OkStatus(), Kind::kSuccess, 0, false},
      {absl::InvalidArgumentError(""), Kind::kNeutral, 0, false},
      {absl::OutOfRangeError(""), Kind::kNeutral, 0, false},
      {absl::CancelledError(""), Kind::kNeutral, 0, false},
      {refused_here, Kind::kNeutral, 0, false},
      {bad_key, Kind::kRefused, 0, false},
      {absl::UnauthenticatedError(""), Kind::kRefused, 0, false},
      {absl::PermissionDeniedError(""), Kind::kRefused, 0, false},
      {absl::UnavailableError(""), Kind::kFailure, 0, false},
      {absl::InternalError(""), Kind::kFailure, 0, false},
      {absl::DeadlineExceededError(""), Kind::kFailure, 0, false},
      {with(absl::ResourceExhaustedError(""), RetryAdvice::When::kSoon, 30 * kSecond),
       Kind::kFailure, 30 * kSecond, false},
      {with(absl::UnavailableError(""), RetryAdvice::When::kSoon,
            std::numeric_limits<int64_t>::max()),
       Kind::kFailure, 25 * 3600 * kSecond, false},
      {with(absl::ResourceExhaustedError(""), RetryAdvice::When::kTomorrow), Kind::kFailure,
       7 * 3600 * kSecond, true},
  };
  for (const auto& test : kCases) {
    const auto outcome = OutcomeOf(test.status, 5 * kSecond, 7 * 3600 * kSecond);
    EXPECT_EQ(outcome.kind, test.kind) << test.status;
    EXPECT_EQ(outcome.open_for_ns, test.open_for_ns) << test.status;
    EXPECT_EQ(outcome.opens, test.opens) << test.status;
  }
  EXPECT_EQ(OutcomeOf(absl::DeadlineExceededError(""), 999 * kMillisecond, 7 * 3600 * kSecond).kind,
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
    guarded_->Search(RequestNumber(1), 5 * kSecond, outcome_.Take());
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
  time_.Advance(16 * 3600 * kSecond);
  Search();
  EXPECT_EQ(played_->asked, 1);
  time_.Advance(3600 * kSecond);
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
  time_.Advance(60 * kSecond);
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
  time_.Advance(60 * kSecond);
  played_->reply = nullptr;
  EXPECT_EQ(Search(), "nothing yet");
  Outcome other;
  guarded_->Search(RequestNumber(2), 5 * kSecond, other.Take());
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
}  // namespace proxyherd::places
