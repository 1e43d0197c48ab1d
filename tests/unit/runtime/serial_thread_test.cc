// Tests where and when a serial thread runs its tasks, and the REQUIRES of the header.
#include "runtime/serial_thread.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/env.h"
#include "runtime/real_env.h"

namespace proxyherd::runtime {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

TEST(SerialThreadTest, RunsTasksInOrderOnItsOwnThread) {
  SerialThread serial(RealEnv(), {});
  std::vector<std::thread::id> ran_on;
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) {
    serial.Post([&, i] {
      order.push_back(i);
      ran_on.push_back(std::this_thread::get_id());
    });
  }
  serial.Join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(ran_on[0], ran_on[2]);
  EXPECT_NE(ran_on[0], std::this_thread::get_id());
}

TEST(SerialThreadTest, ATaskPostedByATaskRunsAfterItAndBeforeTheEnd) {
  SerialThread serial(RealEnv(), {});
  std::vector<int> order;
  serial.Post([&] {
    serial.Post([&] { order.push_back(2); });
    order.push_back(1);
  });
  serial.Join();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(SerialThreadTest, WritesOnceAfterARoundAndThenAsksForTheNextTick) {
  std::string order;
  {
    SerialThread serial(RealEnv(),
                        {[] {}, [&] { return order += 'n', kNever; }, [&] { order += 'a'; }});
    SerialThread::Hold hold;
    serial.Post([&] {
      // Both of these run in the next round.
      serial.Post([&] { order += '1'; });
      serial.Post([&] { order += '2'; });
    });
    serial.Join();
  }
  EXPECT_EQ(order.substr(0, 6), "an12an");
}

TEST(SerialThreadTest, TicksWhenTheTimeHasCome) {
  int64_t due_ns = kNever;
  int ticks = 0;
  SerialThread* thread = nullptr;
  SerialThread::Hold hold;  // keeps the thread until the tick
  SerialThread serial(RealEnv(), {[&] {
                                    ++ticks;
                                    due_ns = kNever;
                                    hold.reset();
                                  },
                                  [&] { return due_ns; }});
  thread = &serial;
  hold = thread->MakeHold();
  serial.Post([&] { due_ns = RealEnv().MonotonicNs() + kMillisecond; });
  serial.Join();
  EXPECT_EQ(ticks, 1);
}

TEST(SerialThreadTest, MayEndWithoutHavingHadATask) {
  SerialThread serial(RealEnv(), {});
  serial.Join();
}

TEST(SerialThreadTest, JoinWaitsForHolds) {
  SerialThread serial(RealEnv(), {});
  bool released = false;
  auto hold = std::make_shared<SerialThread::Hold>(serial.MakeHold());
  std::thread other([&] {
    serial.Post([&] { released = true; });
    hold->reset();
  });
  serial.Join();
  EXPECT_TRUE(released);
  other.join();
}

// Release builds have no assertions.
#ifndef NDEBUG

TEST(SerialThreadDeathTest, IsJoinedOnceBeforeItsEnd) {
  EXPECT_DEATH(SerialThread(RealEnv(), {}), "impl_->joined");
  EXPECT_DEATH(
      {
        SerialThread serial(RealEnv(), {});
        serial.Join();
        serial.Join();
      },
      "!impl_->joined");
}

#endif

}  // namespace
}  // namespace proxyherd::runtime
