// Limits the rate of log lines about one subject: a burst, then one line per interval.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace proxyherd::peer {

// No I/O. Times are monotonic and must not decrease.
class LineBudget {
 public:
  // `burst`: lines that may follow each other without a pause. `interval_ns`: time after which one
  // more line may follow. REQUIRES: burst >= 1, interval_ns > 0.
  constexpr LineBudget(int64_t burst, int64_t interval_ns)
      : interval_ns_(interval_ns), credit_ns_((burst - 1) * interval_ns) {
    assert(burst >= 1 && interval_ns > 0);
  }

  // Returns the time at which the next line may be written.
  int64_t NextAt() const { return began_ ? paid_until_ns_ - credit_ns_ : 0; }
  // If a line may be written now, counts it and returns true.
  bool Take(int64_t now_ns) {
    if (began_ && now_ns < NextAt()) return false;
    paid_until_ns_ = std::max(began_ ? paid_until_ns_ : now_ns, now_ns) + interval_ns_;
    began_ = true;
    return true;
  }

 private:
  int64_t interval_ns_;
  int64_t credit_ns_;
  bool began_ = false;
  int64_t paid_until_ns_ = 0;  // time at which the steady rate would allow all lines so far
};

}  // namespace proxyherd::peer
