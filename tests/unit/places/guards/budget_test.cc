// Tests that calls are counted before they are made, so that no crash can cause too many.
#include "places/guards/budget.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/env.h"

namespace proxyherd::places {
namespace {

constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kDay = 24 * 60 * kMinute;
constexpr int64_t kStart = 1'790'000'000 * kSecond / kMinute * kMinute;  // 07:13 in California

// A budget, and the record that a crash would leave behind.
class BudgetTest : public testing::Test {
 protected:
  void Make(const BudgetLimits& limits) {
    limits_ = limits;
    budget_.emplace(limits, BudgetRecord());
  }
  void Crash() { budget_.emplace(limits_, written_); }

  // Returns how many of `wanted` calls are granted; last_ is the refusal that ended them.
  int Take(int wanted) {
    for (int i = 0; i < wanted; ++i) {
      last_ = budget_->Take(now_);
      if (last_ == Budget::Verdict::kNeedsReserve) {
        written_ = budget_->Reserve(now_);
        budget_->SetReserved(written_);
        ++writes_;
        last_ = budget_->Take(now_);
      }
      if (last_ != Budget::Verdict::kGranted) return i;
    }
    return wanted;
  }

  BudgetLimits limits_;
  std::optional<Budget> budget_;
  BudgetRecord written_;
  Budget::Verdict last_ = Budget::Verdict::kGranted;
  int writes_ = 0;
  int64_t now_ = kStart;
};

TEST_F(BudgetTest, AMinuteHasItsCallsAndTheNextOneHasThemAgain) {
  Make({.per_minute = 30});
  EXPECT_EQ(Take(100), 30);
  EXPECT_EQ(last_, Budget::Verdict::kMinuteIsOver);
  now_ += kMinute - 1;
  EXPECT_EQ(Take(1), 0);
  EXPECT_EQ(Budget::NextMinute(now_), now_ + 1);
  now_ += 1;
  EXPECT_EQ(budget_->LeftOfMinute(now_), 30);
  EXPECT_EQ(Take(100), 30);
}

TEST_F(BudgetTest, ADayEndsAtMidnightInCalifornia) {
  Make({.per_day = 1000});
  EXPECT_EQ(Take(5000), 1000);
  EXPECT_EQ(last_, Budget::Verdict::kDayIsOver);
  const int64_t midnight = Budget::NextDay(now_);
  now_ = midnight - 1;
  EXPECT_EQ(Take(1), 0);
  now_ = midnight;
  EXPECT_EQ(budget_->LeftOfDay(now_), 1000);
  EXPECT_EQ(Take(5000), 1000);
}

TEST_F(BudgetTest, NotEveryCallIsWrittenDown) {
  Make({.per_minute = 600, .per_day = 75'000});
  EXPECT_EQ(Take(600), 600);
  EXPECT_EQ(writes_, 10);
}

TEST_F(BudgetTest, ACrashCanOnlyMakeItFewer) {
  Make({.per_minute = 50, .per_day = 400});
  int granted = 0;
  for (int crash = 0; crash < 200; ++crash) {
    granted += Take(3);
    Crash();
    if (crash % 10 == 9) now_ += kMinute;
  }
  EXPECT_LE(granted, 400);
  EXPECT_GE(granted, 200);  // a block has four calls
  EXPECT_EQ(last_, Budget::Verdict::kDayIsOver);
}

TEST_F(BudgetTest, AnOrderlyEndGivesTheRestOfTheBlockBack) {
  Make({.per_day = 1000});
  Take(1);
  EXPECT_EQ(written_.day_calls, 10);
  EXPECT_EQ(budget_->Used().day_calls, 1);
}

TEST_F(BudgetTest, TheOldBlockLastsWhileTheNextIsWritten) {
  Make({.per_day = 1000});
  Take(4);
  const BudgetRecord next = budget_->Reserve(now_);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(budget_->Take(now_), Budget::Verdict::kGranted);
  EXPECT_EQ(budget_->Take(now_), Budget::Verdict::kNeedsReserve);
  budget_->SetReserved(next);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(budget_->Take(now_), Budget::Verdict::kGranted);
  EXPECT_EQ(budget_->Take(now_), Budget::Verdict::kNeedsReserve);
}

TEST_F(BudgetTest, AClockThatIsSetBackGivesNothing) {
  Make({.per_minute = 30, .per_day = 3000});
  Take(30);
  now_ -= kMinute / 2;
  EXPECT_EQ(Take(1), 0);
  now_ -= 10 * kMinute;
  EXPECT_EQ(Take(1), 0);
  now_ += kMinute;
  EXPECT_EQ(Take(30), 30);
  now_ -= 3 * kDay;
  EXPECT_EQ(budget_->LeftOfDay(now_), 3000 - 60);
  now_ += kDay;
  EXPECT_EQ(budget_->LeftOfDay(now_), 3000);
}

TEST_F(BudgetTest, AMidnightThatTheClockPassesTwiceIsOne) {
  Make({.per_day = 100});
  now_ = Budget::NextDay(now_) - kSecond;
  EXPECT_EQ(Take(500), 100);
  now_ += 2 * kSecond;
  EXPECT_EQ(Take(500), 100);
  now_ -= 2 * kSecond;
  EXPECT_EQ(Take(500), 0);
  now_ += 2 * kSecond;
  EXPECT_EQ(Take(500), 0);
}

TEST_F(BudgetTest, WithoutLimitsEverythingPasses) {
  Make({});
  EXPECT_EQ(Take(10'000), 10'000);
}

TEST(BudgetRecordText, IsReadAsItIsWritten) {
  const BudgetRecord record{20783, 1200, 29928113, 17};
  const std::string text = "proxyherd-budget 1\nday 20783 1200\nminute 29928113 17\n";
  EXPECT_EQ(FormatBudgetRecord(record), text);
  const auto parsed = ParseBudgetRecord(text);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, record);
}

TEST(BudgetRecordText, NothingElseIsTaken) {
  for (const char* text :
       {"", "\n", "proxyherd-budget 1\n", "proxyherd-budget 2\nday 1 1\nminute 1 1\n",
        "proxyherd-budget 1\nday 1 1\nminute 1 1", "proxyherd-budget 1\nday 1 1\nminute 1 1\n\n",
        "proxyherd-budget 1\nday 1 -1\nminute 1 1\n", "proxyherd-budget 1\nday 01 1\nminute 1 1\n",
        "proxyherd-budget 1\nday 1 1000000000001\nminute 1 1\n",
        "proxyherd-budget 1\nday 1 99999999999999999999\nminute 1 1\n",
        "proxyherd-budget 1\nday 1\nminute 1 1\n", "proxyherd-budget 1\nday  1 1\nminute 1 1\n"}) {
    EXPECT_EQ(ParseBudgetRecord(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace proxyherd::places
