// Tests waits for futures.
#include "runtime/wait.h"

#include <gtest/gtest.h>

#include <future>

#include "base/env.h"

namespace proxyherd::runtime {
namespace {

TEST(IsReadyWithin, WaitsOnlyForAsLongAsItMay) {
  std::promise<int> promise;
  const std::future<int> future = promise.get_future();
  EXPECT_FALSE(IsReadyWithin(future, -1));
  EXPECT_FALSE(IsReadyWithin(future, 1 * kMillisecond));
  promise.set_value(1);
  EXPECT_TRUE(IsReadyWithin(future, 0));
  EXPECT_TRUE(IsReadyWithin(future, 3600 * kSecond));
}

}  // namespace
}  // namespace proxyherd::runtime
