// Tests waiting for changes under a mutex.
#include "runtime/cond_var.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/mutex.h"

namespace proxyherd::runtime {
namespace {

TEST(CondVarTest, WaitersSeeTheChange) {
  Mutex mu;
  CondVar changed;
  int turn = 0;
  std::thread other([&] {
    MutexLock lock(&mu);
    while (turn != 1) changed.Wait(&mu);
    turn = 2;
    changed.NotifyAll();
  });
  {
    MutexLock lock(&mu);
    turn = 1;
    changed.NotifyAll();
    while (turn != 2) changed.Wait(&mu);
  }
  other.join();
}

TEST(CondVarTest, AWaitEndsByItsTime) {
  Mutex mu;
  CondVar changed;
  MutexLock lock(&mu);
  // Without a condition, a wait may end early.
  while (changed.WaitForNs(&mu, 1)) {
  }
  EXPECT_FALSE(changed.WaitForNs(&mu, 1, [] { return false; }));
  EXPECT_FALSE(changed.WaitForNs(&mu, -1, [] { return false; }));
}

TEST(CondVarTest, AConditionThatHoldsIsNotWaitedFor) {
  Mutex mu;
  CondVar changed;
  MutexLock lock(&mu);
  EXPECT_TRUE(changed.WaitForNs(&mu, 0, [] { return true; }));
}

}  // namespace
}  // namespace proxyherd::runtime
