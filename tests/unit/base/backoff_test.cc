// Tests how the waits between attempts grow, and how they are spread.
#include "base/backoff.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/env.h"

namespace proxyherd {
namespace {

// Returns the random number that makes a wait its whole length. REQUIRES: the length is even.
uint64_t WholeOf(int64_t wait_ns) { return static_cast<uint64_t>(wait_ns) / 2; }

TEST(Backoff, GrowsToTheMaximumAndStaysThere) {
  const struct {
    const char* what;
    Backoff::Limits limits;
    std::vector<int64_t> waits;  // whole ones
  } cases[] = {
      {"doubled", {100, 1000}, {100, 200, 400, 800, 1000, 1000}},
      {"by a half", {64, 600, 150}, {64, 96, 144, 216, 324, 486, 600, 600}},
      {"not at all", {100, 1000, 100}, {100, 100, 100}},
      {"the first is the maximum", {500, 500}, {500, 500}},
      {"in nanoseconds",
       {100 * kMillisecond, kSecond, 160},
       {100'000'000, 160'000'000, 256'000'000, 409'600'000, 655'360'000, kSecond, kSecond}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    Backoff backoff(one.limits);
    for (const int64_t wait_ns : one.waits) EXPECT_EQ(backoff.Next(WholeOf(wait_ns)), wait_ns);
  }
}

TEST(Backoff, DrawsFromHalfToWhole) {
  const struct {
    uint64_t random;
    int64_t wait_ns;
  } cases[] = {
      {0, 50}, {1, 51}, {50, 100}, {51, 50}, {101, 100}, {~uint64_t{0}, 50},
  };
  for (const auto& one : cases) {
    Backoff backoff({100, 1000});
    EXPECT_EQ(backoff.Next(one.random), one.wait_ns) << one.random;
  }
}

TEST(Backoff, GrowsByTheWaitsAndNotByWhatWasDrawn) {
  Backoff backoff({100, 1000});
  EXPECT_EQ(backoff.Next(0), 50);
  EXPECT_EQ(backoff.Next(0), 100);
  EXPECT_EQ(backoff.Next(0), 200);
}

TEST(Backoff, BeginsAgainWhenReset) {
  Backoff backoff({100, 1000});
  for (int i = 0; i < 5; ++i) backoff.Next(0);
  backoff.Reset();
  EXPECT_EQ(backoff.Next(WholeOf(100)), 100);
  EXPECT_EQ(backoff.Next(WholeOf(200)), 200);
}

#ifndef NDEBUG
TEST(BackoffDeathTest, RequiresLimitsThatMakeSense) {
  EXPECT_DEATH(Backoff({0, 1000}), "first_ns");
  EXPECT_DEATH(Backoff({1001, 1000}), "first_ns");
  EXPECT_DEATH(Backoff({1, 1000, 99}), "growth_percent");
}
#endif

}  // namespace
}  // namespace proxyherd
