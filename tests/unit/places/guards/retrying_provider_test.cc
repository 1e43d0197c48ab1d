// Tests which errors are retried, when, and how often.
#include "places/guards/retrying_provider.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "base/env.h"
#include "places/provider/errors.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

absl::Status WithAdvice(absl::Status status, const RetryAdvice& advice) {
  SetRetryAdvice(status, advice);
  return status;
}

class RetryingProviderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto played = std::make_unique<PlayedProvider>();
    played_ = played.get();
    RetryOptions options;
    options.max_attempts = 3;
    options.first_pause_ns = 100 * kMillisecond;
    options.max_pause_ns = 150 * kMillisecond;
    // Gives the longest pause that the jitter allows: pause % (pause + 1) == pause.
    time_.SetRandom([this] { return random_; });
    retrying_ = std::make_unique<RetryingProvider>(std::move(played), options, time_, time_);
  }
  void Search(int64_t budget_ns) {
    retrying_->Search(RequestNumber(1), budget_ns, outcome_.Take());
  }

  FakeClock time_;
  uint64_t random_ = 0;
  PlayedProvider* played_ = nullptr;
  Outcome outcome_;
  std::unique_ptr<RetryingProvider> retrying_;
};

TEST_F(RetryingProviderTest, ASuccessIsNotTriedAgain) {
  Search(kSecond);
  played_->Answer("{}");
  EXPECT_EQ(outcome_.Text(), "{}");
  EXPECT_EQ(played_->asked, 1);
}

TEST_F(RetryingProviderTest, ThePauseGrowsUpToItsBoundAndEachAttemptGetsWhatIsLeft) {
  random_ = 100'000'000;
  Search(kSecond);
  played_->Answer(absl::UnavailableError("1"));
  EXPECT_EQ(retrying_->stats().pausing, 1U);
  time_.Advance(100 * kMillisecond - 1);
  EXPECT_EQ(played_->asked, 1);
  time_.Advance(1);
  EXPECT_EQ(played_->asked, 2);
  EXPECT_EQ(played_->budgets_ns[1], 900 * kMillisecond);
  random_ = 150'000'000;
  played_->Answer(absl::UnavailableError("2"));
  time_.Advance(150 * kMillisecond);
  EXPECT_EQ(played_->asked, 3);
  EXPECT_EQ(played_->budgets_ns[2], 750 * kMillisecond);
  played_->Answer(absl::UnavailableError("3"));
  EXPECT_EQ(outcome_.Text(), "UNAVAILABLE: 3");
  EXPECT_EQ(retrying_->stats().retries, 2U);
  EXPECT_EQ(retrying_->stats().given_up, 1U);
  EXPECT_EQ(retrying_->stats().pausing, 0U);
}

TEST_F(RetryingProviderTest, TheJitterIsFull) {
  random_ = 100'000'001;  // one above the longest pause: no pause
  Search(kSecond);
  played_->Answer(absl::UnavailableError("1"));
  time_.Run();
  EXPECT_EQ(played_->asked, 2);
  played_->Answer("{}");
  EXPECT_EQ(outcome_.Text(), "{}");
}

TEST_F(RetryingProviderTest, OnlyTheAdviceSoonIsTriedAgain) {
  const struct {
    absl::Status error;
    bool is_tried;
  } kCases[] = {
      {absl::UnavailableError(""), true},
      {absl::InternalError(""), true},
      {absl::ResourceExhaustedError(""), false},
      {WithAdvice(absl::ResourceExhaustedError(""), {RetryAdvice::When::kSoon}), true},
      {WithAdvice(absl::ResourceExhaustedError(""), {RetryAdvice::When::kTomorrow}), false},
      {WithAdvice(absl::UnavailableError(""), {RetryAdvice::When::kNever}), false},
      {absl::PermissionDeniedError(""), false},
      {absl::InvalidArgumentError(""), false},
  };
  for (const auto& test : kCases) {
    outcome_.all.clear();
    const int before = played_->asked;
    Search(kSecond);
    played_->Answer(test.error);
    time_.Run();
    EXPECT_EQ(played_->asked - before, test.is_tried ? 2 : 1) << test.error;
    if (test.is_tried) played_->Answer("{}");
    EXPECT_EQ(outcome_.all.size(), 1U);
  }
}

TEST_F(RetryingProviderTest, TheUpstreamsOwnPauseComesFirst) {
  random_ = 50'000'000;
  Search(10 * kSecond);
  played_->Answer(WithAdvice(absl::UnavailableError(""), {RetryAdvice::When::kSoon, 2 * kSecond}));
  time_.Advance(2049 * kMillisecond);
  EXPECT_EQ(played_->asked, 1);
  time_.Advance(kMillisecond);
  EXPECT_EQ(played_->asked, 2);
  played_->Answer("{}");
}

TEST_F(RetryingProviderTest, NoPauseGoesBeyondTheBudget) {
  for (const int64_t delay_ns : {kSecond, std::numeric_limits<int64_t>::max()}) {
    outcome_.all.clear();
    Search(kSecond);
    played_->Answer(
        WithAdvice(absl::UnavailableError("busy"), {RetryAdvice::When::kSoon, delay_ns}));
    EXPECT_EQ(outcome_.Text(), "UNAVAILABLE: busy");
  }
  outcome_.all.clear();
  random_ = 90'000'000;
  Search(90 * kMillisecond);
  played_->Answer(absl::UnavailableError("busy"));
  EXPECT_EQ(outcome_.Text(), "UNAVAILABLE: busy");
  EXPECT_EQ(retrying_->stats().given_up, 3U);
}

TEST_F(RetryingProviderTest, EndingItAnswersWhatPauses) {
  random_ = 50'000'000;
  Search(kSecond);
  played_->Answer(absl::UnavailableError(""));
  retrying_.reset();
  EXPECT_EQ(outcome_.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(time_.timers(), 0U);
}

TEST_F(RetryingProviderTest, EndingItAnswersWhatIsUnderWay) {
  Search(kSecond);
  retrying_.reset();
  EXPECT_EQ(outcome_.code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace proxyherd::places
