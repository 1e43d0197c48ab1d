// Bounds on the steps of a node's stop; docs/operations.md gives the sum.
#pragma once

#include <cstdint>

#include "base/env.h"
#include "gateway/server/tcp_server.h"

namespace proxyherd::node {

// Neighbours have this long to acknowledge the last changes.
inline constexpr int64_t kFlushTimeNs = 5 * kSecond;
// Calls of gRPC clients have this long to end by themselves.
inline constexpr int64_t kCallGraceNs = 1 * kSecond;
// Time for the work of the steps, in addition to the waits bounded above.
inline constexpr int64_t kStopSlackNs = 1 * kSecond;

// Returns the time within which a node stops.
inline int64_t StopBoundNs(const gateway::GatewayOptions& gateway) {
  return gateway.handshake_grace_ns + gateway.stop_timeout_ns + kFlushTimeNs + kCallGraceNs +
         kStopSlackNs;
}

}  // namespace proxyherd::node
