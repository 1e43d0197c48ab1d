// How long the steps of a node's stop may take; docs/operations.md has the sum.
#pragma once

#include <cstdint>

#include "base/env.h"
#include "gateway/server/tcp_server.h"

namespace proxyherd {

// Neighbours get this long to acknowledge what they do not have yet.
inline constexpr int64_t kFlushTimeNs = 5 * kSecond;
// Calls of people get this long to end by themselves.
inline constexpr int64_t kCallGraceNs = 1 * kSecond;
// For what the steps take beside the waiting that has bounds of its own.
inline constexpr int64_t kStopSlackNs = 1 * kSecond;

// Within this time a node ends.
inline int64_t StopBoundNs(const GatewayOptions& gateway) {
  return gateway.handshake_grace_ns + gateway.stop_timeout_ns + kFlushTimeNs + kCallGraceNs +
         kStopSlackNs;
}

}  // namespace proxyherd
