// Signals of a server. A thread waits for them from the first moment of main on, so that a server
// can be ended whatever its other threads are busy with: the second signal ends it at once, and the
// first one at the latest after kEndWithin.
#pragma once

#include <chrono>
#include <functional>

#include "server/log/logger.h"

namespace proxyherd {

// An orderly end takes at most 12.2 s, and supervisors are told to kill after 20 s. What is not
// over by now waits for something that has no bound, such as a disk that does not answer.
inline constexpr std::chrono::seconds kEndWithin(18);

// What each signal does, for --help.
extern const char kSignalsHelp[];

// Blocks the signals that are waited for in this thread and all that it starts from now on, and
// starts the thread that waits. Ignores those that would end or stop the process without a word:
// SIGPIPE, SIGALRM, SIGXFSZ, SIGTTOU. Called once, before any other thread is started.
// `end_within`: after the first signal to stop the process is ended, with exit code 1.
void WatchSignals(std::chrono::nanoseconds end_within = kEndWithin);

// Returns true if a signal to stop has come. Thread-safe.
bool IsStopSignalPending();

// Stops this process as SIGTERM does, but for the reason: by SIGUSR2, so that a SIGTERM that
// follows is still the first (see SignalActions). Thread-safe.
void RequestStop();

// Waits for a signal to stop. Until then calls `reload`, on this thread, for each SIGHUP; those
// that come while it runs are one. REQUIRES: WatchSignals was called. Called by one thread.
void WaitForStopSignal(const std::function<void()>& reload);

// As long as it exists, the thread says in the log what signals do, what it would have said before
// included, and SIGUSR1 opens the log's file again. At most one at a time.
class SignalLog {
 public:
  // `logger` outlives it.
  explicit SignalLog(Logger& logger);
  ~SignalLog();
  SignalLog(const SignalLog&) = delete;
  SignalLog& operator=(const SignalLog&) = delete;
};

}  // namespace proxyherd
