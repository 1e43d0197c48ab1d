#include "gateway/session/inactivity.h"

#include <utility>

namespace proxyherd::gateway {

std::optional<GatewayLimit> Inactivity::Check(int64_t now_ns, const Waiting& waiting,
                                              const SessionLimits& limits) {
  if (waiting.for_input) {
    const std::optional<GatewayLimit> passed = CheckInput(now_ns, waiting, limits);
    if (passed.has_value()) return passed;
  }
  if (WritingStalled(now_ns, waiting.to_send, limits.write_stall_timeout_ns)) {
    return GatewayLimit::kWriteStallTimeout;
  }
  return std::nullopt;
}

std::optional<GatewayLimit> Inactivity::CheckInput(int64_t now_ns, const Waiting& waiting,
                                                   const SessionLimits& limits) {
  const int64_t quiet_ns = now_ns - active_ns_;
  if (!any_line_) {
    if (quiet_ns >= limits.first_line_timeout_ns) return GatewayLimit::kFirstLineTimeout;
    return std::nullopt;
  }
  if (received_ || waiting.for_replies || waiting.to_send) {
    active_ns_ = now_ns;
  } else if (quiet_ns >= limits.idle_timeout_ns) {
    return GatewayLimit::kIdleTimeout;
  }
  return std::nullopt;
}

bool Inactivity::WritingStalled(int64_t now_ns, bool to_send, int64_t timeout_ns) {
  if (!to_send) {
    stalled_ns_ = -1;
  } else if (stalled_ns_ < 0 || sent_) {
    stalled_ns_ = now_ns;
  } else {
    return now_ns - stalled_ns_ >= timeout_ns;
  }
  return false;
}

bool Inactivity::QuietSinceLastTick() {
  const bool received = std::exchange(received_, false);
  const bool sent = std::exchange(sent_, false);
  return !received && !sent;
}

}  // namespace proxyherd::gateway
