// Signals are waited for, not handled: nothing runs in a signal handler but the report of a crash.
#include "node/server_process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "absl/debugging/failure_signal_handler.h"
#include "absl/debugging/symbolize.h"
#include "absl/synchronization/mutex.h"

namespace proxyherd {
namespace {

sigset_t WaitedForSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGUSR2);
  return set;
}

// Each connection is a descriptor, and the soft limit is often 1,024 out of habit.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void PrepareServerProcess(const char* program) {
  absl::InitializeSymbolizer(program);
  absl::InstallFailureSignalHandler({});
  // Distributions build Abseil with its search for lock cycles, at a price for each lock. Tests run
  // with it; here no two locks are ever held together.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const sigset_t set = WaitedForSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A write to a connection that is gone is an error of that write, no reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  RaiseDescriptorLimit();
}

bool IsStopSignalPending() {
  sigset_t pending;
  return sigpending(&pending) == 0 &&
         (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1 ||
          sigismember(&pending, SIGUSR2) == 1);
}

void RequestStop() { kill(getpid(), SIGUSR2); }

int WaitForStopSignal(const std::function<void()>& reload) {
  const sigset_t set = WaitedForSignals();
  for (;;) {
    int signal = 0;
    sigwait(&set, &signal);
    if (signal != SIGHUP) return signal;
    reload();
  }
}

}  // namespace proxyherd
