// Blocks the calling thread for a limited time.
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <thread>

namespace proxyherd::runtime {

// Not for event loops or threads that others wait for. Returns at once if `duration_ns` is <= 0.
inline void SleepFor(int64_t duration_ns) {
  std::this_thread::sleep_for(std::chrono::nanoseconds(duration_ns));
}

// Returns true if `future`, which must be valid, is ready; waits at most `timeout_ns` for it.
template <typename T>
bool IsReadyWithin(const std::future<T>& future, int64_t timeout_ns) {
  return future.wait_for(std::chrono::nanoseconds(timeout_ns)) == std::future_status::ready;
}

}  // namespace proxyherd::runtime
