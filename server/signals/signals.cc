// A thread waits for signals: only the report of a crash runs in a signal handler.
#include "server/signals/signals.h"

#include <unistd.h>

#include <cassert>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "runtime/cond_var.h"
#include "runtime/real_env.h"
#include "server/log/patient_write.h"
#include "server/signals/signal_actions.h"

namespace proxyherd::server {
namespace {

// Added to the signal's number, as shells do for a process ended by a signal. The process does not
// die from the signal itself, because supervisors (e.g. systemd) take that for an orderly end.
constexpr int kEndedBySignal = 128;
constexpr int kEndedByTime = 1;

constexpr int kWaitedFor[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR2, SIGHUP, SIGUSR1,
                              // Sent by timers, profilers and daemons, sometimes by mistake; the
                              // default action of each ends the process.
                              SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT};
// Signals of failed writes, which the writes themselves report; of alarms, which must stay
// unblocked for the report of a crash; and of terminals that suspend their writers.
constexpr int kIgnored[] = {SIGPIPE, SIGXFSZ, SIGALRM, SIGTTOU};

// Lines kept until the log exists; few signals arrive before that.
constexpr size_t kMaxWaitingLines = 16;

sigset_t WaitedFor() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kWaitedFor) sigaddset(&set, signal);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) sigaddset(&set, signal);
  return set;
}

class Watch {
 public:
  void Start(int64_t end_within_ns) {
    started_ = true;
    end_within_ns_ = end_within_ns;
    const sigset_t set = WaitedFor();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    for (const int signal : kIgnored) std::signal(signal, SIG_IGN);
    // Handles the signals that are already pending before anything else begins.
    const timespec at_once = {};
    for (int signal = 0; (signal = sigtimedwait(&set, nullptr, &at_once)) > 0;) Take(signal);
    std::thread([this] { Run(); }).detach();
  }

  void SetLogger(Logger* logger) {
    MutexLock lock(&mu_);
    assert(logger == nullptr || logger_ == nullptr);
    logger_ = logger;
    if (logger_ == nullptr) return;
    for (const std::string& message : waiting_lines_) logger_->Info(message);
    waiting_lines_.clear();
    if (reopen_) logger_->Reopen();
    reopen_ = false;
  }

  bool Stopping() {
    MutexLock lock(&mu_);
    return actions_.first() != 0;
  }

  // Returns true if the configuration must be reloaded, false if the server must stop.
  bool WaitForReload() {
    assert(started_);
    MutexLock lock(&mu_);
    while (!reload_ && actions_.first() == 0) for_main_.Wait(&mu_);
    if (actions_.first() != 0) return false;
    reload_ = false;
    return true;
  }

 private:
  [[noreturn]] void Run() {
    const sigset_t set = WaitedFor();
    for (;;) {
      const int signal = Next(set);
      if (signal > 0) Take(signal);
    }
  }

  // Returns the next signal. Ends the process if a shutdown has exceeded its time.
  int Next(const sigset_t& set) {
    if (!end_by_ns_.has_value()) return sigwaitinfo(&set, nullptr);
    const int64_t left_ns = *end_by_ns_ - runtime::RealEnv().MonotonicNs();
    if (left_ns <= 0) {
      MutexLock lock(&mu_);
      End("the orderly stop takes too long; ending immediately", kEndedByTime);
    }
    const timespec timeout = {left_ns / kSecond, left_ns % kSecond};
    return sigtimedwait(&set, nullptr, &timeout);
  }

  void Take(int signal) {
    const std::string name = strsignal(signal);
    MutexLock lock(&mu_);
    switch (actions_.Take(signal)) {
      case SignalAction::kStop:
        end_by_ns_ = runtime::RealEnv().MonotonicNs() + end_within_ns_;
        Say(absl::StrCat("stopping (", signal == SIGUSR2 ? "asked to drain" : name, ")"));
        return for_main_.NotifyAll();
      case SignalAction::kStopAlready:
        return Say(absl::StrCat("already stopping (", name,
                                "); another signal ends the process immediately"));
      case SignalAction::kEndNow:
        return End(absl::StrCat("ending immediately (", name, ", the second signal)"),
                   kEndedBySignal + signal);
      case SignalAction::kReload:
        reload_ = true;
        return for_main_.NotifyAll();
      case SignalAction::kReopenLog:
        reopen_ = logger_ == nullptr;
        if (logger_ != nullptr) logger_->Reopen();
        return;
      case SignalAction::kIgnore:
        return Say(
            absl::StrCat("signal ", signal, " (", name, ") ignored: it has no meaning here"));
      case SignalAction::kNothing:
        return;
    }
  }

  void Say(const std::string& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (logger_ != nullptr) return logger_->Info(message);
    if (waiting_lines_.size() < kMaxWaitingLines) waiting_lines_.push_back(message);
  }

  [[noreturn]] void End(const std::string& message, int exit_code)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (logger_ != nullptr) {
      logger_->WriteFinal(message);
    } else {
      WriteInTime(STDERR_FILENO, message + "\n");
    }
    _exit(exit_code);
  }

  // Constant after Start.
  bool started_ = false;
  int64_t end_within_ns_ = kEndWithinNs;

  std::optional<int64_t> end_by_ns_;  // of the waiting thread; empty if no signal to stop yet

  Mutex mu_;
  runtime::CondVar for_main_;
  SignalActions actions_ ABSL_GUARDED_BY(mu_);
  bool reload_ ABSL_GUARDED_BY(mu_) = false;
  bool reopen_ ABSL_GUARDED_BY(mu_) = false;
  Logger* logger_ ABSL_GUARDED_BY(mu_) = nullptr;
  // Logged once there is a logger.
  std::vector<std::string> waiting_lines_ ABSL_GUARDED_BY(mu_);
};

// Never destroyed: its thread runs until the process ends.
Watch& TheWatch() {
  static auto* const watch = new Watch;
  return *watch;
}

}  // namespace

const char kSignalsHelp[] =
    "Signals:\n"
    "SIGTERM, SIGINT, SIGQUIT: stop in order; a second one: end immediately, with exit code 143, "
    "130, 131\n"
    "SIGUSR2: stop in order, as `herdctl drain` requests\n"
    "SIGHUP: reload the configuration\n"
    "SIGUSR1: reopen --log_file\n"
    "All other signals that would end a process are ignored, except SIGKILL and those of crashes.";

void WatchSignals(int64_t end_within_ns) { TheWatch().Start(end_within_ns); }

bool IsStopSignalPending() { return TheWatch().Stopping(); }

void RequestStop() { kill(getpid(), SIGUSR2); }

void WaitForStopSignal(const std::function<void()>& reload) {
  while (TheWatch().WaitForReload()) reload();
}

SignalLog::SignalLog(Logger& logger) { TheWatch().SetLogger(&logger); }
SignalLog::~SignalLog() { TheWatch().SetLogger(nullptr); }

}  // namespace proxyherd::server
