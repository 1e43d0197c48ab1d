// Tests readers that share a mutex.
#include "base/mutex.h"

#include <gtest/gtest.h>

#include <thread>

namespace proxyherd {
namespace {

TEST(SharedMutexTest, ReadersHoldItTogether) {
  SharedMutex mu;
  bool read = false;
  {
    ReaderLock lock(&mu);
    std::thread other([&] {
      ReaderLock lock(&mu);
      read = true;
    });
    other.join();
  }
  WriterLock lock(&mu);
  EXPECT_TRUE(read);
}

}  // namespace
}  // namespace proxyherd
