// Timers that end with their owner.
#include "base/owned_timers.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace proxyherd {
namespace {

using std::chrono::seconds;

TEST(OwnedTimers, EndDropsWhatWaitsAndTakesNothingNew) {
  FakeClock clock;
  int called = 0;
  OwnedTimers timers(clock);
  timers.After(seconds(1), [&] { ++called; });
  const Timers::Id cancelled = timers.After(seconds(1), [&] { ++called; });
  timers.After(seconds(2), [&] { ++called; });
  timers.Cancel(cancelled);
  clock.Advance(seconds(1));
  EXPECT_EQ(called, 1);
  timers.End();
  EXPECT_EQ(clock.timers(), 0U);
  EXPECT_EQ(timers.After(seconds(1), [&] { ++called; }), Timers::kNone);
  clock.Advance(seconds(5));
  EXPECT_EQ(called, 1);
}

TEST(OwnedTimers, TimersOfOthersGoOn) {
  FakeClock clock;
  int called = 0;
  clock.After(seconds(1), [&] { ++called; });
  OwnedTimers(clock).After(seconds(1), [&] { called += 10; });
  clock.Advance(seconds(1));
  EXPECT_EQ(called, 1);
}

}  // namespace
}  // namespace proxyherd
