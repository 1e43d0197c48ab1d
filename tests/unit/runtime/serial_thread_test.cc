// Tests which thread runs a task, and the REQUIRES of the header.
#include "runtime/serial_thread.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

#include "runtime/real_env.h"

namespace proxyherd::runtime {
namespace {

int64_t Never() { return std::numeric_limits<int64_t>::max(); }

TEST(SerialThreadTest, RunUsesTheCallingThreadAndPostTheOther) {
  SerialThread serial(
      RealEnv(), [] {}, Never);
  std::thread::id ran_on;
  serial.Run([&] { ran_on = std::this_thread::get_id(); });
  EXPECT_EQ(ran_on, std::this_thread::get_id());
  std::thread::id posted_on;
  serial.Post([&] { posted_on = std::this_thread::get_id(); });
  serial.Join();
  EXPECT_NE(posted_on, std::thread::id());
  EXPECT_NE(posted_on, std::this_thread::get_id());
}

TEST(SerialThreadTest, ATaskPostedByATaskRunsAfterIt) {
  SerialThread serial(
      RealEnv(), [] {}, Never);
  std::vector<int> order;
  serial.Run([&] {
    serial.Run([&] { order.push_back(2); });
    order.push_back(1);
  });
  serial.Join();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

// Release builds have no assertions.
#ifndef NDEBUG

TEST(SerialThreadDeathTest, IsJoinedOnceBeforeItsEnd) {
  EXPECT_DEATH(SerialThread(
                   RealEnv(), [] {}, Never),
               "!impl_->thread.joinable");
  EXPECT_DEATH(
      {
        SerialThread serial(
            RealEnv(), [] {}, Never);
        serial.Join();
        serial.Join();
      },
      "impl_->thread.joinable");
}

#endif

}  // namespace
}  // namespace proxyherd::runtime
