// Counters that cost next to nothing: written by one thread, read by any.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace proxyherd {

// Written by one thread at a time, read by any.
class Counter {
 public:
  void Add(uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  uint64_t Value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Durations by bucket. Written by one thread, read by any; a reader may see the last observation in
// only one of bucket and sum.
class LatencyHistogram {
 public:
  // Upper bounds in ns; one more bucket is for observations above the last. They are closer
  // together where the times of most floods and answers fall.
  static constexpr std::array<int64_t, 27> kBoundsNs = {
      10'000,        25'000,        50'000,        75'000,      100'000,     150'000,
      200'000,       300'000,       400'000,       500'000,     750'000,     1'000'000,
      1'500'000,     2'000'000,     3'000'000,     4'000'000,   5'000'000,   7'500'000,
      10'000'000,    25'000'000,    50'000'000,    100'000'000, 250'000'000, 500'000'000,
      1'000'000'000, 2'500'000'000, 10'000'000'000};

  // Adds `n` observations of `ns` each. Negative times, from clocks that differ, are taken as 0.
  void Observe(int64_t ns, uint64_t n) {
    const auto bound = std::lower_bound(kBoundsNs.begin(), kBoundsNs.end(), ns);
    buckets_[static_cast<size_t>(bound - kBoundsNs.begin())].Add(n);
    sum_ns_.Add(static_cast<uint64_t>(std::max<int64_t>(ns, 0)) * n);
  }

  // Observations in one bucket, not cumulative. REQUIRES: bucket <= kBoundsNs.size().
  uint64_t InBucket(size_t bucket) const {
    assert(bucket < buckets_.size());
    return buckets_[bucket].Value();
  }
  uint64_t SumNs() const { return sum_ns_.Value(); }

 private:
  std::array<Counter, kBoundsNs.size() + 1> buckets_;
  Counter sum_ns_;
};

}  // namespace proxyherd
