// Computes the waits between failed attempts, for anything that retries forever.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <limits>

namespace proxyherd {

// Waits grow from a first one up to a maximum; each is drawn from [half, whole] of its value, so
// that two ends, or many clients of one server, do not retry in step. No I/O or clock.
class Backoff {
 public:
  struct Limits {
    int64_t first_ns = 0;
    int64_t max_ns = 0;
    int64_t growth_percent = 200;  // each wait, in percent of the one before
  };

  // REQUIRES: 0 < first_ns <= max_ns, and growth_percent >= 100.
  constexpr explicit Backoff(const Limits& limits) : limits_(limits), wait_ns_(limits.first_ns) {
    assert(limits.first_ns > 0 && limits.first_ns <= limits.max_ns);
    assert(limits.growth_percent >= 100);
    assert(limits.max_ns <= std::numeric_limits<int64_t>::max() / limits.growth_percent);
  }

  // Call after a failed attempt. Returns the time until the next one. `random`: 64 random bits.
  constexpr int64_t Next(uint64_t random) {
    const auto half = static_cast<uint64_t>(wait_ns_ / 2);
    const auto wait_ns = static_cast<int64_t>(half + random % (half + 1));
    wait_ns_ = std::min(limits_.max_ns, wait_ns_ * limits_.growth_percent / 100);
    return wait_ns;
  }

  // Makes the next wait the first one again. Call after a success, or if the next attempt is likely
  // to succeed.
  constexpr void Reset() { wait_ns_ = limits_.first_ns; }

 private:
  Limits limits_;
  int64_t wait_ns_;  // before jitter
};

}  // namespace proxyherd
