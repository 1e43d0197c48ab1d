// How many lines of one subject the log may have: some at once, then one for each interval.
#pragma once

#include <algorithm>
#include <cstdint>

namespace proxyherd {

// Pure; times are monotonic and never go back.
class LineBudget {
 public:
  // `burst` lines at once, at least 1; one more for each `interval_ns`.
  constexpr LineBudget(int64_t burst, int64_t interval_ns)
      : interval_ns_(interval_ns), credit_ns_((burst - 1) * interval_ns) {}

  // When the next line may be written.
  int64_t NextAt() const { return began_ ? paid_until_ns_ - credit_ns_ : 0; }
  // Whether one may be written now; if so, it counts.
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
  int64_t paid_until_ns_ = 0;  // when all lines so far would have been written at the steady rate
};

}  // namespace proxyherd
