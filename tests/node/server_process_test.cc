// Signals that wait are seen.
#include "node/server_process.h"

#include <gtest/gtest.h>

#include <csignal>

namespace proxyherd {
namespace {

TEST(ServerProcessTest, ASignalToStopIsSeenWhileItWaits) {
  for (const int stop : {SIGTERM, SIGINT, SIGHUP}) {
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, stop);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    EXPECT_FALSE(IsStopSignalPending());
    raise(stop);
    EXPECT_EQ(IsStopSignalPending(), stop != SIGHUP) << stop;
    int taken = 0;
    sigwait(&set, &taken);
    EXPECT_EQ(taken, stop);
    EXPECT_FALSE(IsStopSignalPending());
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
}

}  // namespace
}  // namespace proxyherd
