#include "server/signals/signal_actions.h"

#include <csignal>

namespace proxyherd::server {

bool SignalActions::Stops(int signal) {
  return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGUSR2;
}

SignalAction SignalActions::Take(int signal) {
  if (Stops(signal)) {
    if (first_ == 0) {
      first_ = signal;
      next_ends_ = signal != SIGUSR2;
      return SignalAction::kStop;
    }
    if (signal == SIGUSR2) return SignalAction::kNothing;
    if (next_ends_) return SignalAction::kEndNow;
    next_ends_ = true;
    return SignalAction::kStopAlready;
  }
  const bool stopping = first_ != 0;
  switch (signal) {
    case SIGHUP:
      return stopping ? SignalAction::kNothing : SignalAction::kReload;
    case SIGUSR1:
      return SignalAction::kReopenLog;
    default:
      return SignalAction::kIgnore;
  }
}

}  // namespace proxyherd::server
