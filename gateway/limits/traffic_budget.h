// Limits the logging of traffic to the first lines of each second, so that a log never slows a node
// down.
#pragma once

#include <atomic>
#include <cstdint>

namespace proxyherd::gateway {

// Shared by all loops. Thread-safe. While the budget is used up, Take is one relaxed load of a
// value that no thread writes.
class TrafficBudget {
 public:
  // 0: no line is ever logged.
  explicit TrafficBudget(int64_t lines_per_second)
      : lines_per_second_(lines_per_second), left_(lines_per_second) {}

  // Takes `lines` from what is left of this second's budget. Returns false if less is left.
  bool Take(int64_t lines) {
    if (left_.load(std::memory_order_relaxed) < lines) return false;
    return left_.fetch_sub(lines, std::memory_order_relaxed) >= lines;
  }

  // Begins a new second; called by one thread. `left_out`: the lines left out since the start.
  // Returns how many of them are new; 0 if no line is ever logged.
  uint64_t BeginSecond(uint64_t left_out) {
    const int64_t lines_per_second = lines_per_second_.load(std::memory_order_relaxed);
    left_.store(lines_per_second, std::memory_order_relaxed);
    const uint64_t since_last = left_out - reported_;
    reported_ = left_out;
    return lines_per_second == 0 ? 0 : since_last;
  }

  // Takes effect with the next second.
  void SetLinesPerSecond(int64_t lines) {
    lines_per_second_.store(lines, std::memory_order_relaxed);
  }

 private:
  std::atomic<int64_t> lines_per_second_;
  std::atomic<int64_t> left_;
  uint64_t reported_ = 0;  // owned by the thread that calls BeginSecond
};

}  // namespace proxyherd::gateway
