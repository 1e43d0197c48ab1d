// A clock that stands still until it is moved, and randomness from a seed.
#pragma once

#include <cstdint>
#include <random>

#include "base/env.h"

namespace proxyherd {

class SimEnv : public Env {
 public:
  explicit SimEnv(uint64_t seed) : generator_(seed) {}

  int64_t NowNs() override { return kStartOfTime + stepped_ns_ + now_ns_; }
  int64_t MonotonicNs() override { return now_ns_; }
  uint64_t Random() override { return generator_(); }

  void SetNow(int64_t now_ns) { now_ns_ = now_ns; }
  void StepClock(int64_t ns) { stepped_ns_ += ns; }

 private:
  // 2021-05-19 22:53:48, a second after the classic example's report.
  static constexpr int64_t kStartOfTime = 1'621'464'828'000'000'000;

  int64_t now_ns_ = kSecond;
  int64_t stepped_ns_ = 0;
  std::mt19937_64 generator_;
};

}  // namespace proxyherd
