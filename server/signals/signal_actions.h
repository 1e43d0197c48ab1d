// Decides the effect of a signal on a server, given the earlier signals. No I/O.
#pragma once

namespace proxyherd::server {

enum class SignalAction {
  kStop,         // the first signal that stops the server in order
  kStopAlready,  // the server is stopping; only log the signal
  kEndNow,       // the second signal to stop
  kReload,
  kReopenLog,
  kIgnore,  // log that the signal has no meaning here
  kNothing,
};

// Not thread-safe.
class SignalActions {
 public:
  // Returns true for SIGTERM, SIGINT, SIGQUIT and SIGUSR2.
  static bool Stops(int signal);

  // Returns the effect of the next signal. The second of SIGTERM, SIGINT and SIGQUIT ends the
  // server immediately. SIGUSR2 is raised by a call of Drain, and supervisors usually send SIGTERM
  // to a process that is draining: so the first signal after SIGUSR2 is only logged.
  SignalAction Take(int signal);

  // The signal that stopped the server; 0 if none yet.
  int first() const { return first_; }

 private:
  int first_ = 0;
  bool next_ends_ = false;
};

}  // namespace proxyherd::server
