// Signals that wait are seen.
#include "node/server_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace proxyherd {
namespace {

TEST(ServerProcessTest, ASignalToStopIsSeenWhileItWaits) {
  for (const int stop : {SIGTERM, SIGINT, SIGQUIT, SIGUSR2, SIGHUP}) {
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

TEST(ServerProcessTest, SignalsThatDoNotStopItAreCarriedOutFirst) {
  sigset_t set, before;
  sigemptyset(&set);
  for (const int signal : {SIGHUP, SIGUSR1, SIGTERM}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  ::testing::internal::CaptureStderr();
  {
    Logger logger("Clark", LogFormat::kText);
    int reloads = 0;
    raise(SIGHUP);
    raise(SIGUSR1);
    raise(SIGTERM);
    EXPECT_EQ(WaitForStopSignal([&] { ++reloads; }, logger), SIGTERM);
    EXPECT_EQ(reloads, 1);
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), ::testing::HasSubstr("SIGUSR1 ignored"));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace proxyherd
