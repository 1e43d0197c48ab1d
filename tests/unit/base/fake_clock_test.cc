// Tests the fake clock that all other tests rely on.
#include "tests/support/fake_clock.h"

#include <gtest/gtest.h>

#include <string>

#include "base/env.h"

namespace proxyherd {
namespace {

TEST(FakeClockTest, BothTimesAdvanceTogetherAndOnlyTheWallClockSteps) {
  FakeClock clock(100, 7);
  clock.Advance(5);
  EXPECT_EQ(clock.NowNs(), 105);
  EXPECT_EQ(clock.MonotonicNs(), 12);
  EXPECT_EQ(clock.MonotonicNs(), 12);
  clock.StepWall(-50);
  EXPECT_EQ(clock.NowNs(), 55);
  EXPECT_EQ(clock.MonotonicNs(), 12);
}

TEST(FakeClockTest, TimersRunInOrderAtTheirTimes) {
  FakeClock clock(0, 0);
  std::string calls;
  const auto add = [&](char name) {
    return [&, name] { calls += name + std::to_string(clock.MonotonicNs()) + " "; };
  };
  clock.After(20, add('c'));
  clock.After(10, add('a'));
  clock.After(10, add('b'));
  clock.After(-1, add('0'));
  const Timers::Id cancelled = clock.After(15, add('x'));
  // A callback may start and cancel timers.
  clock.After(12, [&] {
    clock.Cancel(cancelled);
    clock.After(1, add('n'));
  });
  clock.Run();
  EXPECT_EQ(calls, "00 ");
  clock.AdvanceTo(19);
  EXPECT_EQ(calls, "00 a10 b10 n13 ");
  EXPECT_EQ(clock.MonotonicNs(), 19);
  EXPECT_EQ(clock.timers(), 1U);
  clock.Advance(kSecond);
  EXPECT_EQ(calls, "00 a10 b10 n13 c20 ");
}

TEST(FakeClockTest, RandomnessIsZeroUntilItIsSet) {
  FakeClock clock;
  EXPECT_EQ(clock.Random(), 0U);
  clock.SetRandom([next = uint64_t{4}]() mutable { return next++; });
  EXPECT_EQ(clock.Random(), 4U);
  EXPECT_EQ(clock.Random(), 5U);
}

// Release builds have no assertions.
#ifndef NDEBUG
TEST(FakeClockDeathTest, TimeNeverGoesBack) {
  FakeClock clock;
  EXPECT_DEATH(clock.Advance(-1), "monotonic_ns >= monotonic_ns_");
}
#endif

}  // namespace
}  // namespace proxyherd
