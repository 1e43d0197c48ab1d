// Which errors are tried again, when, and how often.
#include "places/guards/retrying_provider.h"

#include <gtest/gtest.h>

#include <memory>

#include "places/provider/errors.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

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
    options.first_pause = milliseconds(100);
    options.max_pause = milliseconds(150);
    // The longest pause that the jitter allows: pause % (pause + 1) == pause.
    time_.SetRandom([this] { return random_; });
    retrying_ = std::make_unique<RetryingProvider>(std::move(played), options, time_, time_);
  }
  void Search(nanoseconds budget) { retrying_->Search(RequestNumber(1), budget, outcome_.Take()); }

  FakeClock time_;
  uint64_t random_ = 0;
  PlayedProvider* played_ = nullptr;
  Outcome outcome_;
  std::unique_ptr<RetryingProvider> retrying_;
};

TEST_F(RetryingProviderTest, ASuccessIsNotTriedAgain) {
  Search(seconds(1));
  played_->Answer("{}");
  EXPECT_EQ(outcome_.Text(), "{}");
  EXPECT_EQ(played_->asked, 1);
}

TEST_F(RetryingProviderTest, ThePauseGrowsUpToItsBoundAndEachAttemptGetsWhatIsLeft) {
  random_ = 100'000'000;
  Search(seconds(1));
  played_->Answer(absl::UnavailableError("1"));
  EXPECT_EQ(retrying_->stats().pausing, 1U);
  time_.Advance(milliseconds(100) - nanoseconds(1));
  EXPECT_EQ(played_->asked, 1);
  time_.Advance(nanoseconds(1));
  EXPECT_EQ(played_->asked, 2);
  EXPECT_EQ(played_->budgets[1], milliseconds(900));
  random_ = 150'000'000;
  played_->Answer(absl::UnavailableError("2"));
  time_.Advance(milliseconds(150));
  EXPECT_EQ(played_->asked, 3);
  EXPECT_EQ(played_->budgets[2], milliseconds(750));
  played_->Answer(absl::UnavailableError("3"));
  EXPECT_EQ(outcome_.Text(), "UNAVAILABLE: 3");
  EXPECT_EQ(retrying_->stats().retries, 2U);
  EXPECT_EQ(retrying_->stats().given_up, 1U);
  EXPECT_EQ(retrying_->stats().pausing, 0U);
}

TEST_F(RetryingProviderTest, TheJitterIsFull) {
  random_ = 100'000'001;  // one above the longest pause: none
  Search(seconds(1));
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
    Search(seconds(1));
    played_->Answer(test.error);
    time_.Run();
    EXPECT_EQ(played_->asked - before, test.is_tried ? 2 : 1) << test.error;
    if (test.is_tried) played_->Answer("{}");
    EXPECT_EQ(outcome_.all.size(), 1U);
  }
}

TEST_F(RetryingProviderTest, TheUpstreamsOwnPauseComesFirst) {
  random_ = 50'000'000;
  Search(seconds(10));
  played_->Answer(WithAdvice(absl::UnavailableError(""), {RetryAdvice::When::kSoon, seconds(2)}));
  time_.Advance(milliseconds(2049));
  EXPECT_EQ(played_->asked, 1);
  time_.Advance(milliseconds(1));
  EXPECT_EQ(played_->asked, 2);
  played_->Answer("{}");
}

TEST_F(RetryingProviderTest, NoPauseGoesBeyondTheBudget) {
  for (const nanoseconds delay : {nanoseconds(seconds(1)), nanoseconds::max()}) {
    outcome_.all.clear();
    Search(seconds(1));
    played_->Answer(WithAdvice(absl::UnavailableError("busy"), {RetryAdvice::When::kSoon, delay}));
    EXPECT_EQ(outcome_.Text(), "UNAVAILABLE: busy");
  }
  outcome_.all.clear();
  random_ = 90'000'000;
  Search(milliseconds(90));
  played_->Answer(absl::UnavailableError("busy"));
  EXPECT_EQ(outcome_.Text(), "UNAVAILABLE: busy");
  EXPECT_EQ(retrying_->stats().given_up, 3U);
}

TEST_F(RetryingProviderTest, EndingItAnswersWhatPauses) {
  random_ = 50'000'000;
  Search(seconds(1));
  played_->Answer(absl::UnavailableError(""));
  retrying_.reset();
  EXPECT_EQ(outcome_.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(time_.timers(), 0U);
}

TEST_F(RetryingProviderTest, EndingItAnswersWhatIsUnderWay) {
  Search(seconds(1));
  retrying_.reset();
  EXPECT_EQ(outcome_.code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace proxyherd
