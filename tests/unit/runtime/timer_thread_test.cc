// Tests the thread of timers by its actions, never by their duration.
#include "runtime/timer_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "absl/synchronization/notification.h"
#include "base/env.h"
#include "base/mutex.h"
#include "runtime/real_env.h"

namespace proxyherd::runtime {
namespace {

TEST(TimerThread, CallsInTheOrderOfTheTimes) {
  Mutex mu;
  std::vector<int> called;
  absl::Notification done;
  TimerThread timers(RealEnv());  // after everything that callbacks use, so that it ends first
  const auto call = [&](int number) {
    return [&, number] {
      MutexLock lock(&mu);
      called.push_back(number);
      if (number == 3) done.Notify();
    };
  };
  timers.After(30 * kMillisecond, call(3));
  timers.After(20 * kMillisecond, call(2));
  timers.After(-1, call(1));
  done.WaitForNotification();
  MutexLock lock(&mu);
  EXPECT_EQ(called, (std::vector<int>{1, 2, 3}));
}

TEST(TimerThread, NothingIsCalledBeforeItsTime) {
  int64_t called_ns = 0;
  absl::Notification done;
  TimerThread timers(RealEnv());
  const int64_t start_ns = timers.MonotonicNs();
  timers.After(20 * kMillisecond, [&] {
    called_ns = timers.MonotonicNs();
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_GE(called_ns - start_ns, 20 * kMillisecond);
}

TEST(TimerThread, WhatIsCancelledIsNotCalled) {
  std::atomic<int> called = 0;
  absl::Notification done;
  TimerThread timers(RealEnv());
  timers.Cancel(timers.After(3600 * kSecond, [&] { ++called; }));
  const Timers::Id soon = timers.After(kMillisecond, [&] { ++called; });
  timers.Cancel(soon);
  const int after_cancel = called;
  timers.After(5 * kMillisecond, [&] { done.Notify(); });
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
  const Timers::Id id = timers.After(0, [&] {
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
  self = timers.After(0, [&] {
    known.WaitForNotification();
    timers.Cancel(self);
    timers.After(0, [&] { done.Notify(); });
  });
  known.Notify();
  done.WaitForNotification();
}

TEST(TimerThread, EndingItDropsWhatIsNotDue) {
  std::atomic<int> called = 0;
  {
    TimerThread timers(RealEnv());
    timers.After(1000 * 3600 * kSecond, [&] { ++called; });
  }
  EXPECT_EQ(called, 0);
}

}  // namespace
}  // namespace proxyherd::runtime
