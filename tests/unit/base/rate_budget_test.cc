// Tests a burst and the steady rate after it.
#include "base/rate_budget.h"

#include <gtest/gtest.h>

namespace proxyherd {
namespace {

TEST(RateBudgetTest, ABurstThenTheRate) {
  RateBudget budget(3, 10);
  EXPECT_TRUE(budget.Take(kSecond));
  EXPECT_TRUE(budget.Take(kSecond));
  EXPECT_TRUE(budget.Take(kSecond));
  EXPECT_FALSE(budget.Take(kSecond));
}

TEST(RateBudgetTest, TimeFillsItUpToTheBurst) {
  RateBudget budget(2, 10);
  int64_t now_ns = 0;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(budget.Take(now_ns += kSecond / 10));
  now_ns += 100 * kSecond;
  EXPECT_TRUE(budget.Take(now_ns));
  EXPECT_TRUE(budget.Take(now_ns));
  EXPECT_FALSE(budget.Take(now_ns));
}

#ifndef NDEBUG

TEST(RateBudgetDeathTest, HasABurstAndARate) {
  EXPECT_DEATH(RateBudget(0, 1), "burst > 0");
  EXPECT_DEATH(RateBudget(1, kSecond + 1), "per_second <= kSecond");
}

#endif

}  // namespace
}  // namespace proxyherd
