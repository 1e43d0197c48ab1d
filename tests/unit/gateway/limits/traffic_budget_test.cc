// Tests that the number of lines logged per second is limited.
#include "gateway/limits/traffic_budget.h"

#include <gtest/gtest.h>

namespace proxyherd::gateway {
namespace {

TEST(TrafficBudgetTest, IsUsedUpAndRenewedEachSecond) {
  TrafficBudget budget(4);
  EXPECT_TRUE(budget.Take(2));
  EXPECT_TRUE(budget.Take(2));
  EXPECT_FALSE(budget.Take(2));
  EXPECT_EQ(budget.BeginSecond(2), 2U);
  EXPECT_TRUE(budget.Take(2));
}

TEST(TrafficBudgetTest, ALineAndItsReplyAreLoggedTogetherOrNotAtAll) {
  TrafficBudget budget(3);
  EXPECT_TRUE(budget.Take(2));
  EXPECT_FALSE(budget.Take(2));
}

TEST(TrafficBudgetTest, TellsOnceHowManyWereLeftOut) {
  TrafficBudget budget(2);
  EXPECT_EQ(budget.BeginSecond(10), 10U);
  EXPECT_EQ(budget.BeginSecond(10), 0U);
  EXPECT_EQ(budget.BeginSecond(13), 3U);
}

TEST(TrafficBudgetTest, MayChangeForTheSecondsToCome) {
  TrafficBudget budget(2);
  budget.SetLinesPerSecond(4);
  EXPECT_FALSE(budget.Take(4));
  budget.BeginSecond(0);
  EXPECT_TRUE(budget.Take(4));
  budget.SetLinesPerSecond(0);
  EXPECT_EQ(budget.BeginSecond(7), 0U);
  EXPECT_FALSE(budget.Take(1));
}

TEST(TrafficBudgetTest, OfZeroLogsNothingAndSaysNothing) {
  TrafficBudget budget(0);
  EXPECT_FALSE(budget.Take(2));
  EXPECT_EQ(budget.BeginSecond(100), 0U);
}

}  // namespace
}  // namespace proxyherd::gateway
