// The clocks of one simulated node: a view of the true time that is off, drifts and steps.
#pragma once

#include <cstdint>

#include "tests/sim/plan.h"
#include "tests/sim/random.h"
#include "tests/support/fake_clock.h"

namespace proxyherd::sim {

class NodeClock final : public Env {
 public:
  // The monotonic time of `true_time` begins at 0; it must outlive this clock. This clock's begins
  // at any time in its second second, so that nodes do not beat at the same moments.
  NodeClock(FakeClock& true_time, const ClockPlan& plan, uint64_t seed)
      : true_time_(true_time), drift_ppm_(plan.drift_ppm), random_(seed) {
    begin_ns_ = kSecond + static_cast<int64_t>(random_.Next() % kSecond);
    wall_offset_ns_ = FakeClock::kStartNs + plan.wall_offset_ns;
  }

  int64_t NowNs() override { return wall_offset_ns_ + Drifted(true_time_.MonotonicNs()); }
  int64_t MonotonicNs() override { return begin_ns_ + Drifted(true_time_.MonotonicNs()); }
  uint64_t Random() override { return random_.Next(); }

  void Step(int64_t ns) { wall_offset_ns_ += ns; }

  // Returns the true time at which MonotonicNs reaches `monotonic_ns`.
  int64_t TrueTimeOf(int64_t monotonic_ns) const {
    const int64_t own_ns = monotonic_ns - begin_ns_;
    // Runs are far shorter than the two hours at which this would overflow.
    int64_t true_ns = own_ns * kMillion / (kMillion + drift_ppm_);
    while (Drifted(true_ns) < own_ns) ++true_ns;
    return true_ns;
  }

 private:
  static constexpr int64_t kMillion = 1'000'000;

  int64_t Drifted(int64_t true_ns) const {
    return true_ns + true_ns / kMillion * drift_ppm_ + true_ns % kMillion * drift_ppm_ / kMillion;
  }

  FakeClock& true_time_;
  const int64_t drift_ppm_;
  int64_t begin_ns_;
  int64_t wall_offset_ns_;
  sim::Random random_;
};

}  // namespace proxyherd::sim
