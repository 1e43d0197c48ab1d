// Converts our durations to deadlines of gRPC calls, which use the system's clock, and back.
#pragma once

#include <chrono>
#include <cstdint>

namespace proxyherd::rpc {

// The deadline of a call that may take `timeout_ns` from now: at most a century, because the clock
// ends in 2262.
inline std::chrono::system_clock::time_point DeadlineAfter(int64_t timeout_ns) {
  return std::chrono::system_clock::now() + std::chrono::nanoseconds(timeout_ns);
}

// The time from now to the deadline of a call: not positive if it has passed, centuries if the call
// has none.
inline int64_t NsUntil(std::chrono::system_clock::time_point deadline) {
  return std::chrono::nanoseconds(deadline - std::chrono::system_clock::now()).count();
}

}  // namespace proxyherd::rpc
