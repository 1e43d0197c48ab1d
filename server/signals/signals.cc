// Signals are waited for, not handled: nothing runs in a signal handler but the report of a crash.
#include "server/signals/signals.h"

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/log/patient_write.h"
#include "server/signals/signal_actions.h"

namespace proxyherd {
namespace {

using Clock = std::chrono::steady_clock;

// As shells tell that a signal ended a process. Not a death by the signal itself: supervisors (that
// of systemd, say) take that for an orderly end, which this is not.
constexpr int kEndedBySignal = 128;
constexpr int kEndedByTime = 1;

constexpr int kWaitedFor[] = {SIGTERM, SIGINT, SIGQUIT, SIGUSR2, SIGHUP, SIGUSR1,
                              // Timers, profilers and daemons send these, by mistake too, and each
                              // ends a process that makes no provision.
                              SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT};
// Signals of writes that fail, which are errors of that write; of alarms, which the report of a
// crash needs unblocked; and of a terminal that stops those that write to it.
constexpr int kIgnored[] = {SIGPIPE, SIGXFSZ, SIGALRM, SIGTTOU};

// Signals that come before there is a log are few.
constexpr size_t kMaxWaitingWords = 16;

sigset_t WaitedFor() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kWaitedFor) sigaddset(&set, signal);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) sigaddset(&set, signal);
  return set;
}

class Watch {
 public:
  void Start(std::chrono::nanoseconds end_within) {
    end_within_ = end_within;
    const sigset_t set = WaitedFor();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    for (const int signal : kIgnored) std::signal(signal, SIG_IGN);
    // Those that wait already are taken before anything else begins.
    const timespec at_once = {};
    for (int signal = 0; (signal = sigtimedwait(&set, nullptr, &at_once)) > 0;) Take(signal);
    std::thread([this] { Run(); }).detach();
  }

  void SetLogger(Logger* logger) {
    const std::lock_guard lock(mu_);
    logger_ = logger;
    if (logger_ == nullptr) return;
    for (const std::string& words : waiting_words_) logger_->Info(words);
    waiting_words_.clear();
    if (reopen_) logger_->Reopen();
    reopen_ = false;
  }

  bool Stopping() {
    const std::lock_guard lock(mu_);
    return actions_.first() != 0;
  }

  // Returns true if the configuration is to be read again, false if the server is to stop.
  bool WaitForReload() {
    std::unique_lock lock(mu_);
    for_main_.wait(lock, [this] { return reload_ || actions_.first() != 0; });
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

  // The next signal. Ends the process if there is none before the end's time is over.
  int Next(const sigset_t& set) {
    if (end_by_ == Clock::time_point()) return sigwaitinfo(&set, nullptr);
    const std::chrono::nanoseconds left = end_by_ - Clock::now();
    if (left.count() <= 0) {
      const std::lock_guard lock(mu_);
      End("the end takes too long; ending at once", kEndedByTime);
    }
    const timespec timeout = {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    return sigtimedwait(&set, nullptr, &timeout);
  }

  void Take(int signal) {
    const std::string name = strsignal(signal);
    const std::lock_guard lock(mu_);
    switch (actions_.Take(signal)) {
      case SignalAction::kStop:
        end_by_ = Clock::now() + end_within_;
        Say(absl::StrCat("I am stopping (", signal == SIGUSR2 ? "asked to drain" : name, ")"));
        return for_main_.notify_all();
      case SignalAction::kStopAlready:
        return Say(
            absl::StrCat("I am stopping already (", name, "); one more signal ends me at once"));
      case SignalAction::kEndNow:
        return End(absl::StrCat("I end at once (", name, ", the second signal)"),
                   kEndedBySignal + signal);
      case SignalAction::kReload:
        reload_ = true;
        return for_main_.notify_all();
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

  // With the lock, as End.
  void Say(const std::string& words) {
    if (logger_ != nullptr) return logger_->Info(words);
    if (waiting_words_.size() < kMaxWaitingWords) waiting_words_.push_back(words);
  }

  [[noreturn]] void End(const std::string& words, int exit_code) {
    if (logger_ != nullptr) {
      logger_->LastWords(words);
    } else {
      WriteInTime(STDERR_FILENO, words + "\n");
    }
    _exit(exit_code);
  }

  // Constant after Start.
  std::chrono::nanoseconds end_within_ = kEndWithin;

  Clock::time_point end_by_;  // of the thread that waits; 0: no signal to stop has come

  std::mutex mu_;
  std::condition_variable for_main_;
  SignalActions actions_;
  bool reload_ = false;
  bool reopen_ = false;
  Logger* logger_ = nullptr;
  std::vector<std::string> waiting_words_;  // without a logger
};

// Never destroyed: its thread lives as long as the process.
Watch& TheWatch() {
  static auto* const watch = new Watch;
  return *watch;
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

void WatchSignals(std::chrono::nanoseconds end_within) { TheWatch().Start(end_within); }

bool IsStopSignalPending() { return TheWatch().Stopping(); }

void RequestStop() { kill(getpid(), SIGUSR2); }

void WaitForStopSignal(const std::function<void()>& reload) {
  while (TheWatch().WaitForReload()) reload();
}

SignalLog::SignalLog(Logger& logger) { TheWatch().SetLogger(&logger); }
SignalLog::~SignalLog() { TheWatch().SetLogger(nullptr); }

}  // namespace proxyherd
