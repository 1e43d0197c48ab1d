// A token bucket: limits the rate of an action to a burst and a number per second.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>

#include "base/env.h"

namespace proxyherd::page {

// No I/O. Used by one thread at a time.
class Allowance {
 public:
  // `at_once`: the burst; `a_second`: the rate. REQUIRES: at_once ≥ 1; 1 ≤ a_second ≤ 10^9.
  Allowance(int64_t at_once, int64_t a_second)
      : at_once_(at_once), cost_ns_(kSecond / a_second), saved_ns_(at_once * cost_ns_) {
    assert(at_once >= 1 && cost_ns_ >= 1);
  }

  // Takes a token; returns false if none is left. `now_ns`: monotonic.
  bool Take(int64_t now_ns) {
    if (!begun_) last_ns_ = now_ns;
    begun_ = true;
    saved_ns_ = std::min(saved_ns_ + std::max<int64_t>(now_ns - last_ns_, 0), at_once_ * cost_ns_);
    last_ns_ = now_ns;
    if (saved_ns_ < cost_ns_) return false;
    saved_ns_ -= cost_ns_;
    return true;
  }

 private:
  const int64_t at_once_;
  const int64_t cost_ns_;
  int64_t saved_ns_;
  int64_t last_ns_ = 0;
  bool begun_ = false;
};

}  // namespace proxyherd::page
