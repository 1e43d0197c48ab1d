// The time-outs of an inactive connection.
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/limits/session_limits.h"
#include "gateway/session/counters.h"

namespace proxyherd::gateway {

// Records a client's activity, and checks about every second whether a time-out has passed. All
// times are of one monotonic clock. Not thread-safe.
class Inactivity {
 public:
  explicit Inactivity(int64_t opened_ns) : active_ns_(opened_ns) {}

  void OnReceived() { received_ = true; }
  void OnSent() { sent_ = true; }
  void OnLine() { any_line_ = true; }

  // The state of the connection at a check.
  struct Waiting {
    bool for_input;    // the client may send
    bool for_replies;  // some replies are not complete yet
    bool to_send;      // some replies are complete, but not sent
  };
  // Returns the time-out that has passed, if any.
  std::optional<GatewayLimit> Check(int64_t now_ns, const Waiting& waiting,
                                    const SessionLimits& limits);

  // Returns true if nothing was received or sent since the last call.
  bool QuietSinceLastTick();

 private:
  std::optional<GatewayLimit> CheckInput(int64_t now_ns, const Waiting& waiting,
                                         const SessionLimits& limits);
  bool WritingStalled(int64_t now_ns, bool to_send, int64_t timeout_ns);

  int64_t active_ns_;        // when it was opened, or last active at a check
  int64_t stalled_ns_ = -1;  // since when sending makes no progress; -1: nothing to send
  bool any_line_ = false;
  bool received_ = false;  // both since the last tick
  bool sent_ = false;
};

}  // namespace proxyherd::gateway
