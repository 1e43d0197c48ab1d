// How many connections a node can afford.
#pragma once

#include <cstdint>

namespace proxyherd {

// Descriptors that connections leave to the rest of the node: links, HTTP, logs, epoll.
inline constexpr int64_t kReservedDescriptors = 128;

// Memory of a connection that is not counted by itself: what it costs when idle, the system's part
// included, and what InFlight does not count. docs/limits.md has what was measured.
inline constexpr uint64_t kConnectionBytes = uint64_t{16} * 1024;

// What the limit is derived from.
struct ConnectionMeans {
  int64_t wanted = 0;         // by the operator; 0: as many as the means allow
  int64_t descriptors = 0;    // that the process may have open
  uint64_t memory_bytes = 0;  // that connections may use; 0: not known
};

// How many connections fit into so much memory; at least 1.
int64_t ConnectionsThatFit(uint64_t memory_bytes);

// What is wanted; else the lesser of what descriptors and memory allow, but at least 1.
int64_t ConnectionLimit(const ConnectionMeans& means);

}  // namespace proxyherd
