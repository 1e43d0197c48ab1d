// Tests timers that end with their owner.
#include "base/owned_timers.h"

#include <gtest/gtest.h>

#include "base/env.h"
#include "tests/support/fake_clock.h"

namespace proxyherd {
namespace {

TEST(OwnedTimers, EndDropsWhatWaitsAndTakesNothingNew) {
  FakeClock clock;
  int called = 0;
  OwnedTimers timers(clock);
  timers.After(kSecond, [&] { ++called; });
  const Timers::Id cancelled = timers.After(kSecond, [&] { ++called; });
  timers.After(2 * kSecond, [&] { ++called; });
  timers.Cancel(cancelled);
  clock.Advance(kSecond);
  EXPECT_EQ(called, 1);
  timers.End();
  EXPECT_EQ(clock.timers(), 0U);
  EXPECT_EQ(timers.After(kSecond, [&] { ++called; }), Timers::kNone);
  clock.Advance(5 * kSecond);
  EXPECT_EQ(called, 1);
}

TEST(OwnedTimers, TimersOfOthersGoOn) {
  FakeClock clock;
  int called = 0;
  clock.After(kSecond, [&] { ++called; });
  OwnedTimers(clock).After(kSecond, [&] { called += 10; });
  clock.Advance(kSecond);
  EXPECT_EQ(called, 1);
}

}  // namespace
}  // namespace proxyherd
