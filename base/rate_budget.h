// A limit on how often something may happen: a burst, then a steady rate.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <limits>

#include "base/env.h"

namespace proxyherd {

// Not thread-safe. Times are monotonic and must not decrease.
class RateBudget {
 public:
  // REQUIRES: burst > 0, 0 < per_second <= kSecond.
  RateBudget(int64_t burst, int64_t per_second) : burst_(burst), cost_ns_(kSecond / per_second) {
    assert(burst > 0 && per_second > 0 && per_second <= kSecond);
  }

  // Returns true if one more is allowed at `now_ns`.
  bool Take(int64_t now_ns) {
    paid_until_ns_ = std::max(paid_until_ns_, now_ns - burst_ * cost_ns_) + cost_ns_;
    return paid_until_ns_ <= now_ns;
  }

 private:
  const int64_t burst_;
  const int64_t cost_ns_;
  // The time at which the steady rate would have allowed everything so far; never further in the
  // past than the burst.
  int64_t paid_until_ns_ = std::numeric_limits<int64_t>::min();
};

}  // namespace proxyherd
