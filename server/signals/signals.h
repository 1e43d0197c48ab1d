// Handles the signals of a server. A thread waits for them from the beginning of main, so that a
// server can be ended even if its other threads are blocked: it ends at most kEndWithinNs after the
// first signal to stop, and immediately at the second one.
#pragma once

#include <cstdint>
#include <functional>

#include "base/env.h"
#include "server/log/logger.h"

namespace proxyherd::server {

// An orderly shutdown takes at most 12.2 s, and supervisors are configured to kill after 20 s. A
// shutdown that takes longer waits for something unbounded, such as a disk that does not respond.
inline constexpr int64_t kEndWithinNs = 18 * kSecond;

// The effects of the signals, for --help.
extern const char kSignalsHelp[];

// Blocks the handled signals in this thread and all threads that it starts later, and starts the
// thread that waits for them. Ignores signals that would end or suspend the process without a log
// line: SIGPIPE, SIGALRM, SIGXFSZ, SIGTTOU. Must be called once, before any other thread is
// started. `end_within_ns`: the process is ended, with exit code 1, this long after the first stop
// signal.
void WatchSignals(int64_t end_within_ns = kEndWithinNs);

// Returns true if a signal to stop was received. Thread-safe.
bool IsStopSignalPending();

// Stops this process as SIGTERM does, but with SIGUSR2, so that a following SIGTERM is not treated
// as the second signal (see SignalActions). Thread-safe.
void RequestStop();

// Waits for a signal to stop. Until then calls `reload`, on this thread, for each SIGHUP; those
// received while it runs are coalesced. Called by one thread. REQUIRES: WatchSignals was called.
void WaitForStopSignal(const std::function<void()>& reload);

// While it exists, the effects of signals, also of earlier ones, are logged, and SIGUSR1 reopens
// the log's file. REQUIRES: at most one exists at a time.
class SignalLog {
 public:
  // `logger` must outlive it.
  explicit SignalLog(Logger& logger);
  ~SignalLog();
  SignalLog(const SignalLog&) = delete;
  SignalLog& operator=(const SignalLog&) = delete;
};

}  // namespace proxyherd::server
