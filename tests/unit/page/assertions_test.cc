// Tests that REQUIRES of page/ are asserted. docs/assertions.md has the whole table.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/env.h"
#include "page/allowance.h"
#include "page/history.h"

namespace proxyherd::page {
namespace {

// Release builds have no assertions.
#ifndef NDEBUG

TEST(AssertionsDeathTest, AnAllowanceAllowsSomething) {
  EXPECT_DEATH(Allowance(0, 1), "at_once >= 1");
  EXPECT_DEATH(Allowance(1, kSecond + 1), "cost_ns_ >= 1");
}

TEST(AssertionsDeathTest, SamplesAreNotOfEarlierTotals) {
  Totals now;
  now.monotonic_ns = -kSecond;
  EXPECT_DEATH(Between({}, now), "now.monotonic_ns >= before.monotonic_ns");
}

#endif

}  // namespace
}  // namespace proxyherd::page
