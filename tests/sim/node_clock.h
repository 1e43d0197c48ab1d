// The clocks of one simulated node: they differ from true time, drift, and the wall clock steps.
#pragma once

#include <cstdint>

#include "base/env.h"
#include "tests/sim/plan.h"
#include "tests/sim/random.h"

namespace proxyherd::sim {

class NodeClock final : public Env {
 public:
  // `now_ns` is the true time, since the run began; it must outlive the clock.
  NodeClock(const int64_t& now_ns, const ClockPlan& plan, uint64_t seed)
      : now_ns_(now_ns), drift_ppm_(plan.drift_ppm), random_(seed) {
    wall_offset_ns_ = kStartOfTime + plan.wall_offset_ns;
  }

  int64_t NowNs() override { return wall_offset_ns_ + Drifted(now_ns_); }
  int64_t MonotonicNs() override { return kSecond + Drifted(now_ns_); }
  uint64_t Random() override { return random_.Next(); }

  void Step(int64_t ns) { wall_offset_ns_ += ns; }

  // The true time at which MonotonicNs has reached `monotonic_ns`.
  int64_t TrueTimeOf(int64_t monotonic_ns) const {
    const int64_t own_ns = monotonic_ns - kSecond;
    // Runs are far shorter than the two hours at which this would overflow.
    int64_t true_ns = own_ns * kMillion / (kMillion + drift_ppm_);
    while (Drifted(true_ns) < own_ns) ++true_ns;
    return true_ns;
  }

  // 2021-05-19 22:53:48, a second after the classic example's report.
  static constexpr int64_t kStartOfTime = 1'621'464'828'000'000'000;

 private:
  static constexpr int64_t kMillion = 1'000'000;

  int64_t Drifted(int64_t true_ns) const {
    return true_ns + true_ns / kMillion * drift_ppm_ + true_ns % kMillion * drift_ppm_ / kMillion;
  }

  const int64_t& now_ns_;
  const int64_t drift_ppm_;
  int64_t wall_offset_ns_;
  sim::Random random_;
};

}  // namespace proxyherd::sim
