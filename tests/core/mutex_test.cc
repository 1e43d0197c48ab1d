// A lock lets one in at a time, whether the others look or sleep.
#include "core/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace proxyherd {
namespace {

TEST(MutexTest, OneIsInsideAtATime) {
  constexpr int kThreads = 4;
  constexpr int kTurns = 20'000;
  Mutex mutex;
  int turns = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < kTurns; ++turn) {
        MutexLock lock(&mutex);
        ++turns;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(turns, kThreads * kTurns);
}

TEST(MutexTest, WhoSleepsIsWoken) {
  constexpr int kThreads = 4;
  Mutex mutex;
  std::atomic<int> waiting{0};
  int inside = 0;
  std::vector<std::thread> threads;
  {
    MutexLock lock(&mutex);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        ++waiting;
        MutexLock own(&mutex);
        ++inside;
      });
    }
    // Far longer than one looks before it sleeps, whatever the machine does meanwhile.
    while (waiting < kThreads) std::this_thread::yield();
    for (int i = 0; i < 100'000; ++i) std::this_thread::yield();
    EXPECT_EQ(inside, 0);
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(inside, kThreads);
}

}  // namespace
}  // namespace proxyherd
