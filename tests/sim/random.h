// Randomness of the simulation: small, fast, and the same on every machine for the same seed.
#pragma once

#include <cassert>
#include <cstdint>

namespace proxyherd::sim {

// SplitMix64. The standard's distributions differ between libraries, so this class has its own.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  // Returns a number in [0, n). REQUIRES: n > 0. The bias is far too small to show in a run.
  uint32_t Below(uint64_t n) {
    assert(n > 0);
    return static_cast<uint32_t>((Next() >> 32) * n >> 32);
  }
  // Returns a number in [min, max].
  int64_t Between(int64_t min, int64_t max) {
    return min + static_cast<int64_t>(Next() % static_cast<uint64_t>(max - min + 1));
  }
  // Small values are as likely as large ones: each power of two in the range is equally likely.
  int64_t Spread(int64_t min, int64_t max) {
    int64_t doublings = 0;
    while ((min << (doublings + 1)) < max) ++doublings;
    const int64_t low = min << Between(0, doublings);
    return Between(low, low * 2 < max ? low * 2 : max);
  }
  bool Chance(uint32_t per_thousand) { return Below(1000) < per_thousand; }

  template <typename Container>
  const auto& Pick(const Container& from) {
    return from[Below(from.size())];
  }

 private:
  uint64_t state_;
};

}  // namespace proxyherd::sim
