// Tests that tasks run side by side, within the bound, and that nothing is left behind.
#include "runtime/worker_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace proxyherd::runtime {
namespace {

TEST(WorkerThreadsTest, TasksThatWaitDoNotHoldUpOthersWithinTheBound) {
  WorkerThreads workers(2);
  std::promise<void> open;
  std::shared_future<void> gate = open.get_future().share();
  std::promise<void> second;
  workers.Run([gate] { gate.wait(); });
  workers.Run([&] { second.set_value(); });
  second.get_future().wait();  // though the first still waits
  open.set_value();
  workers.Join();
}

TEST(WorkerThreadsTest, NeverMoreAtOnceThanTheBoundAndAllOfThemRun) {
  WorkerThreads workers(3);
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  std::atomic<int> ran{0};
  for (int i = 0; i < 1000; ++i) {
    workers.Run([&] {
      const int running = ++now;
      for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
      }
      ++ran;
      --now;
    });
  }
  workers.Join();
  EXPECT_EQ(ran, 1000);
  EXPECT_LE(most, 3);
}

TEST(WorkerThreadsTest, AThreadThatHasEndedIsReplaced) {
  WorkerThreads workers(1);
  for (int i = 0; i < 100; ++i) {
    std::promise<void> ran;
    workers.Run([&] { ran.set_value(); });
    ran.get_future().wait();
  }
  workers.Join();
}

#ifndef NDEBUG

TEST(WorkerThreadsDeathTest, IsJoinedBeforeItsEnd) {
  EXPECT_DEATH(
      {
        WorkerThreads workers(1);
        workers.Run([] {});
      },
      "none_of");
  EXPECT_DEATH(WorkerThreads(0), "max_threads > 0");
}

#endif

}  // namespace
}  // namespace proxyherd::runtime
