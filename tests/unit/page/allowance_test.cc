// Tests how often a page may ask.
#include "page/allowance.h"

#include <gtest/gtest.h>

namespace proxyherd::page {
namespace {

TEST(Allowance, GivesSomeAtOnceAndThenSoManyASecond) {
  Allowance allowance(3, 2);
  const int64_t now = 1000 * kSecond;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.Take(now));
  EXPECT_FALSE(allowance.Take(now));
  EXPECT_FALSE(allowance.Take(now + kSecond / 2 - 1));
  EXPECT_TRUE(allowance.Take(now + kSecond / 2));
  EXPECT_FALSE(allowance.Take(now + kSecond / 2));
}

TEST(Allowance, SavesNoMoreThanItGivesAtOnce) {
  Allowance allowance(3, 2);
  allowance.Take(0);
  const int64_t later = 10'000 * kSecond;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(allowance.Take(later));
  EXPECT_FALSE(allowance.Take(later));
}

TEST(Allowance, AClockThatStandsStillGivesNothing) {
  Allowance allowance(1, 1);
  EXPECT_TRUE(allowance.Take(5));
  EXPECT_FALSE(allowance.Take(5));
  EXPECT_FALSE(allowance.Take(4));
}

}  // namespace
}  // namespace proxyherd::page
