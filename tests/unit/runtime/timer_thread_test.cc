// The thread of timers, by its actions and never by their duration.
#include "runtime/timer_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "absl/synchronization/notification.h"
#include "base/mutex.h"
#include "runtime/real_env.h"

namespace proxyherd {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(TimerThread, CallsInTheOrderOfTheTimes) {
  Mutex mu;
  std::vector<int> called;
  absl::Notification done;
  TimerThread timers(RealEnv());  // the last of what callbacks use, so that it ends first
  const auto call = [&](int number) {
    return [&, number] {
      MutexLock lock(&mu);
      called.push_back(number);
      if (number == 3) done.Notify();
    };
  };
  timers.After(milliseconds(30), call(3));
  timers.After(milliseconds(20), call(2));
  timers.After(nanoseconds(-1), call(1));
  done.WaitForNotification();
  MutexLock lock(&mu);
  EXPECT_EQ(called, (std::vector<int>{1, 2, 3}));
}

TEST(TimerThread, NothingIsCalledBeforeItsTime) {
  nanoseconds called{0};
  absl::Notification done;
  TimerThread timers(RealEnv());
  const nanoseconds start = timers.Now();
  timers.After(milliseconds(20), [&] {
    called = timers.Now();
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_GE(called - start, milliseconds(20));
}

TEST(TimerThread, WhatIsCancelledIsNotCalled) {
  std::atomic<int> called = 0;
  absl::Notification done;
  TimerThread timers(RealEnv());
  timers.Cancel(timers.After(hours(1), [&] { ++called; }));
  const Timers::Id soon = timers.After(milliseconds(1), [&] { ++called; });
  timers.Cancel(soon);
  const int after_cancel = called;
  timers.After(milliseconds(5), [&] { done.Notify(); });
  done.WaitForNotification();
  EXPECT_EQ(called, after_cancel);
  timers.Cancel(Timers::kNone);
  timers.Cancel(12345);
}

TEST(TimerThread, CancelWaitsForACallbackThatRuns) {
  absl::Notification running;
  absl::Notification go_on;
  std::atomic<bool> ended = false;
  TimerThread timers(RealEnv());
  const Timers::Id id = timers.After(nanoseconds(0), [&] {
    running.Notify();
    go_on.WaitForNotification();
    ended = true;
  });
  running.WaitForNotification();
  std::thread other([&] { go_on.Notify(); });
  timers.Cancel(id);
  EXPECT_TRUE(ended);
  other.join();
}

TEST(TimerThread, ACallbackMayCancelItselfAndSetOthers) {
  absl::Notification done;
  std::atomic<Timers::Id> self = Timers::kNone;
  absl::Notification known;
  TimerThread timers(RealEnv());
  self = timers.After(nanoseconds(0), [&] {
    known.WaitForNotification();
    timers.Cancel(self);
    timers.After(nanoseconds(0), [&] { done.Notify(); });
  });
  known.Notify();
  done.WaitForNotification();
}

TEST(TimerThread, EndingItDropsWhatIsNotDue) {
  std::atomic<int> called = 0;
  {
    TimerThread timers(RealEnv());
    timers.After(hours(1000), [&] { ++called; });
  }
  EXPECT_EQ(called, 0);
}

}  // namespace
}  // namespace proxyherd
