// The number of connections that a node can afford.
#pragma once

#include <cstdint>

namespace proxyherd::gateway {

// Descriptors reserved for the rest of the node: links, HTTP, logs, epoll.
inline constexpr int64_t kReservedDescriptors = 128;

// Memory of a connection that HeldTotal does not include: its cost when idle, including the
// system's part, and the bytes that InFlight leaves uncounted. docs/limits.md has the measurements.
inline constexpr uint64_t kConnectionBytes = uint64_t{16} * 1024;

// The resources from which the limit is derived.
struct ConnectionMeans {
  int64_t wanted = 0;         // set by the operator; 0: as many as the means allow
  int64_t descriptors = 0;    // that the process may have open
  uint64_t memory_bytes = 0;  // that connections may use; 0: not known
};

// The number of connections that fit into this much memory; at least 1.
int64_t ConnectionsThatFit(uint64_t memory_bytes);

// Returns `wanted` if it is set; otherwise the smaller of what descriptors and memory allow, but at
// least 1.
int64_t ConnectionLimit(const ConnectionMeans& means);

}  // namespace proxyherd::gateway
