// Tests searches with a budget that is saved before it is used.
#include "places/guards/budgeted_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/env.h"
#include "places/provider/errors.h"
#include "places/provider/refusal.h"
#include "tests/support/fake_clock.h"
#include "tests/support/played_provider.h"

namespace proxyherd::places {
namespace {

using testing::HasSubstr;

// The records written, and whether writing succeeds.
struct Paper {
  std::vector<BudgetRecord> records;
  absl::Status status;
};

class PaperStore : public BudgetStore {
 public:
  explicit PaperStore(Paper& paper) : paper_(paper) {}
  absl::Status Save(const BudgetRecord& record) override {
    if (paper_.status.ok()) paper_.records.push_back(record);
    return paper_.status;
  }

 private:
  Paper& paper_;
};

class BudgetedProviderTest : public testing::Test {
 protected:
  void Make(const BudgetLimits& limits, bool with_store = true) {
    auto played = std::make_unique<PlayedProvider>("google");
    played_ = played.get();
    played_->reply = [](const SearchRequest&) { return SearchAnswer{"{}", "google", ""}; };
    budgeted_.reset();
    budgeted_ = std::make_unique<BudgetedProvider>(
        std::move(played), limits, paper_.records.empty() ? BudgetRecord() : paper_.records.back(),
        with_store ? std::make_unique<PaperStore>(paper_) : nullptr, time_, time_, disk_);
  }
  absl::StatusOr<SearchAnswer> Search() {
    Outcome outcome;
    budgeted_->Search(RequestNumber(1), 5 * kSecond, outcome.Take());
    disk_.Run();
    EXPECT_EQ(outcome.all.size(), 1U);
    return outcome.all[0];
  }

  FakeClock time_{1'790'000'000 * kSecond};  // 2026-09-21T14:13:20Z
  FakeClock disk_;                           // the thread that writes
  Paper paper_;
  PlayedProvider* played_ = nullptr;
  std::unique_ptr<BudgetedProvider> budgeted_;
};

TEST_F(BudgetedProviderTest, ARefusalSaysWhenThereIsABudgetAgain) {
  Make({.per_minute = 2, .per_day = 3});
  EXPECT_TRUE(Search().ok());
  EXPECT_TRUE(Search().ok());
  absl::Status refused = Search().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(refused.message(),
            "its budget for this minute is used up; it has one again at 2026-09-21T14:14:00+00:00");
  EXPECT_EQ(RetryAdviceOf(refused), (RetryAdvice{RetryAdvice::When::kSoon, 40 * kSecond}));
  EXPECT_TRUE(WasRefusedHere(refused));
  time_.Advance(40 * kSecond);
  EXPECT_TRUE(Search().ok());
  refused = Search().status();
  EXPECT_EQ(refused.message(),
            "its budget for today is used up; it has one again at 2026-09-22T07:00:00+00:00");
  EXPECT_EQ(RetryAdviceOf(refused).when, RetryAdvice::When::kTomorrow);
  EXPECT_EQ(played_->asked, 3);
  EXPECT_EQ(budgeted_->stats().granted, 3U);
  EXPECT_EQ(budgeted_->stats().refused_minute, 1U);
  EXPECT_EQ(budgeted_->stats().refused_day, 1U);
}

TEST_F(BudgetedProviderTest, NobodyIsAskedBeforeTheCallIsWrittenDown) {
  Make({.per_day = 1000});
  Outcome outcome;
  budgeted_->Search(RequestNumber(1), 5 * kSecond, outcome.Take());
  EXPECT_EQ(played_->asked, 0);
  EXPECT_EQ(time_.timers(), 0U) << "a disk must not keep the guards' timers waiting";
  disk_.Run();
  EXPECT_EQ(outcome.Text(), "{}");
  ASSERT_EQ(paper_.records.size(), 1U);
  EXPECT_EQ(paper_.records[0].day_calls, 10);
}

TEST_F(BudgetedProviderTest, ManyThatWaitGetSeveralBlocks) {
  Make({.per_day = 1000});
  Outcome outcome;
  for (int i = 0; i < 25; ++i) budgeted_->Search(RequestNumber(i), 5 * kSecond, outcome.Take());
  disk_.Run();
  EXPECT_EQ(outcome.all.size(), 25U);
  EXPECT_EQ(budgeted_->stats().saves, 3U);
}

TEST_F(BudgetedProviderTest, WhatCannotBeWrittenDownIsNotAsked) {
  Make({.per_day = 1000});
  paper_.status = absl::UnavailableError("No space left on device");
  const absl::Status failed = Search().status();
  EXPECT_EQ(failed.message(),
            "calls are not made while they cannot be counted: No space left on device");
  EXPECT_EQ(RetryAdviceOf(failed).when, RetryAdvice::When::kNever);
  EXPECT_EQ(played_->asked, 0);
  paper_.status = absl::OkStatus();
  EXPECT_TRUE(Search().ok());
}

TEST_F(BudgetedProviderTest, TheCountGoesOnInTheNextProcess) {
  Make({.per_day = 100});
  for (int i = 0; i < 60; ++i) EXPECT_TRUE(Search().ok());
  Make({.per_day = 100});
  int granted = 0;
  while (Search().ok()) ++granted;
  EXPECT_EQ(granted, 40);
}

TEST_F(BudgetedProviderTest, WithoutAFileItCountsFromTheStart) {
  Make({.per_day = 3}, false);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(Search().ok());
  EXPECT_FALSE(Search().ok());
}

TEST_F(BudgetedProviderTest, TellsWhatIsLeft) {
  Make({.per_minute = 20, .per_day = 21});
  EXPECT_TRUE(Search().ok());
  ProviderStatus status = budgeted_->Describe()[0];
  EXPECT_EQ(status.budget_left_minute, 19);
  EXPECT_EQ(status.budget_left_day, 20);
  EXPECT_EQ(status.state, ProviderStatus::State::kServing);
  while (Search().ok()) continue;
  status = budgeted_->Describe()[0];
  EXPECT_EQ(status.budget_left_minute, 0);
  EXPECT_EQ(status.state, ProviderStatus::State::kUnavailable);
  EXPECT_THAT(status.reason, HasSubstr("its budget for this minute is used up"));
}

TEST_F(BudgetedProviderTest, EndingItAnswersWhatWaits) {
  Make({.per_day = 1000});
  Outcome outcome;
  budgeted_->Search(RequestNumber(1), 5 * kSecond, outcome.Take());
  budgeted_.reset();
  EXPECT_EQ(outcome.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(disk_.timers(), 0U);
}

}  // namespace
}  // namespace proxyherd::places
