// Signals are waited for, not handled: nothing runs in a signal handler but the report of a crash.
#include "node/server_process.h"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iterator>
#include <string>

#include "absl/debugging/failure_signal_handler.h"
#include "absl/debugging/symbolize.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "node/patient_write.h"

namespace proxyherd {
namespace {

// Those that stop the server come first.
constexpr int kStopSignals[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR2};
// Timers, profilers and daemons of the system send these, by mistake too, and each ends a process
// that has made no provision.
constexpr int kMeaningless[] = {SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT};
// Signals of writes that fail, which are errors of that write and no reason to end; of alarms,
// which the report of a crash needs unblocked; and of a terminal that stops those that write to it.
constexpr int kIgnored[] = {SIGPIPE, SIGXFSZ, SIGALRM, SIGTTOU};

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kStopSignals) sigaddset(&set, signal);
  return set;
}

sigset_t WaitedForSignals() {
  sigset_t set = StopSignals();
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGUSR1);
  for (const int signal : kMeaningless) sigaddset(&set, signal);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) sigaddset(&set, signal);
  return set;
}

// Each connection is a descriptor, and the soft limit is often 1,024 out of habit.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::atomic<int> crash_log = -1;

// In the handler of a crash: no lock and no memory. Abseil's alarm ends the process after 3 s if
// this does not return.
void WriteCrash(const char* text) {
  const int fd = crash_log;
  if (fd < 0 || text == nullptr) return;
  static_cast<void>(!write(fd, text, strlen(text)));
}

// The library's own would write to a stderr that may be stuck.
[[noreturn]] void Terminate() {
  std::string words = "terminate called";
  if (const std::exception_ptr thrown = std::current_exception(); thrown != nullptr) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      absl::StrAppend(&words, ": ", error.what());
    } catch (...) {
      words += " by an unknown exception";
    }
  }
  WriteInTime(STDERR_FILENO, words + "\n");
  std::abort();
}

}  // namespace

const char kSignalsHelp[] =
    "Signals:\n"
    "SIGTERM, SIGINT, SIGQUIT: end in order; a second one: end at once, with exit code 143, 130, "
    "131\n"
    "SIGUSR2: end in order, as `herdctl drain` asks for\n"
    "SIGHUP: read the configuration again\n"
    "SIGUSR1: open --log_file again\n"
    "Others that would end a process are ignored, but for SIGKILL and those of crashes.";

void PrepareServerProcess(const char* program) {
  absl::InitializeSymbolizer(program);
  absl::FailureSignalHandlerOptions crashes;
  crashes.writerfn = WriteCrash;  // beside stderr, which is written to always
  absl::InstallFailureSignalHandler(crashes);
  std::set_terminate(Terminate);
  // Distributions build Abseil with its search for lock cycles, at a price for each lock. Tests run
  // with it; here no two locks are ever held together.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const sigset_t set = WaitedForSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  for (const int signal : kIgnored) std::signal(signal, SIG_IGN);
  RaiseDescriptorLimit();
}

void TellCrashesTo(int fd) { crash_log = fd; }

bool IsStopSignalPending() {
  sigset_t pending;
  if (sigpending(&pending) != 0) return false;
  return std::any_of(std::begin(kStopSignals), std::end(kStopSignals),
                     [&](int signal) { return sigismember(&pending, signal) == 1; });
}

void RequestStop() { kill(getpid(), SIGUSR2); }

int WaitForStopSignal(const std::function<void()>& reload, Logger& logger) {
  const sigset_t set = WaitedForSignals();
  const sigset_t stop = StopSignals();
  for (;;) {
    int signal = 0;
    sigwait(&set, &signal);
    if (sigismember(&stop, signal) == 1) return signal;
    if (signal == SIGHUP) {
      reload();
    } else if (signal == SIGUSR1) {
      logger.Reopen();
    } else {
      logger.Info(absl::StrCat("signal ", signal, " (", strsignal(signal),
                               ") ignored: it has no meaning here"));
    }
  }
}

int PrintAndEnd(const std::string& text, int exit_code) {
  if (exit_code == 0) {
    std::fputs(text.c_str(), stdout);
  } else if (WriteInTime(STDERR_FILENO, text) == WriteEnd::kBlocked) {
    _exit(exit_code);
  }
  return exit_code;
}

}  // namespace proxyherd
