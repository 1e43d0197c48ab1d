// What a signal does to a server, by what came before it. Pure.
#pragma once

namespace proxyherd {

enum class SignalAction {
  kStop,         // the first one that ends the server in order
  kStopAlready,  // said once more, where that is a matter of course
  kEndNow,       // the second one
  kReload,
  kReopenLog,
  kIgnore,  // has no meaning
  kNothing,
};

// Not thread-safe.
class SignalActions {
 public:
  // SIGTERM, SIGINT, SIGQUIT or SIGUSR2.
  static bool Stops(int signal);

  // Takes the next signal. One after another, and the second of SIGTERM, SIGINT and SIGQUIT ends
  // the server at once. SIGUSR2 is what a call of Drain raises, and supervisors send SIGTERM as a
  // matter of course to what ends by itself: the first one after it says no more than what is
  // known.
  SignalAction Take(int signal);

  // The signal by which the server stops; 0: none has come.
  int first() const { return first_; }

 private:
  int first_ = 0;
  bool next_ends_ = false;
};

}  // namespace proxyherd
