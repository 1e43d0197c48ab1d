// Tests the thread that waits for signals: pending signals, and their effect on other threads.
#include "server/signals/signals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/env.h"

namespace proxyherd::server {
namespace {

// Runs `run` in another process, with separate signals. Its exit code is the result of `run`.
void InItsOwnProcess(int (*run)(), int exit_code, const char* stderr_has) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(std::_Exit(run()), testing::ExitedWithCode(exit_code), stderr_has);
}

TEST(SignalsDeathTest, OnesThatWaitAreTakenFirst) {
  InItsOwnProcess(
      [] {
        sigset_t set;
        sigfillset(&set);
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
        for (const int signal : {SIGHUP, SIGUSR1, SIGPROF, SIGTERM}) kill(getpid(), signal);
        WatchSignals();
        if (!IsStopSignalPending()) return 1;
        Logger logger("Clark", LogFormat::kText);
        {
          const SignalLog log(logger);
          WaitForStopSignal([] { std::_Exit(2); });  // it stops: nothing is to be read again
        }
        return logger.Close() ? 0 : 3;
      },
      0, "stopping .Terminated.(.|\n)*Profiling timer expired. ignored(.|\n)*SIGUSR1 ignored");
}

TEST(SignalsDeathTest, ReloadsUntilItStops) {
  InItsOwnProcess(
      [] {
        WatchSignals();
        if (IsStopSignalPending()) return 1;
        int reloads = 0;
        kill(getpid(), SIGHUP);
        WaitForStopSignal([&] {
          if (++reloads == 3) return RequestStop();
          kill(getpid(), SIGHUP);
        });
        return IsStopSignalPending() && reloads >= 3 ? 0 : 2;
      },
      0, "");
}

TEST(SignalsDeathTest, ASecondOneEndsItWhateverItsThreadsDo) {
  InItsOwnProcess(
      [] {
        WatchSignals();
        kill(getpid(), SIGINT);
        while (!IsStopSignalPending()) {
        }
        kill(getpid(), SIGQUIT);
        for (;;) pause();
        return 0;
      },
      128 + SIGQUIT, "ending immediately .Quit, the second signal.");
}

TEST(SignalsDeathTest, AnEndThatDoesNotComeIsMade) {
  InItsOwnProcess(
      [] {
        WatchSignals(kMillisecond);
        kill(getpid(), SIGTERM);
        for (;;) pause();
        return 0;
      },
      1, "the orderly stop takes too long; ending immediately");
}

}  // namespace
}  // namespace proxyherd::server
