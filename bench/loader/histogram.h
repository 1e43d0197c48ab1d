// A histogram of durations, in buckets whose width grows with the value. No I/O.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace proxyherd::bench {

// Holds times from 0 to kMax ns; longer ones are recorded as kMax. Quantiles are off by at most
// kRelativeError of themselves, whatever the distribution; mean and maximum are exact. About 20
// KiB. Not thread-safe.
class Histogram {
 public:
  // Each doubling of the value is divided into 2^kBits buckets; a bucket's value is its middle.
  static constexpr int kBits = 6;
  static constexpr int64_t kPerOctave = int64_t{1} << kBits;
  static constexpr double kRelativeError = 0.5 / kPerOctave;
  static constexpr int64_t kMax = (int64_t{1} << 40) - 1;  // 18 minutes

  // Adds the value `times` times. Negative values, of a clock that was set back, are taken as 0.
  void Add(int64_t value_ns, uint64_t times = 1);

  uint64_t count() const { return count_; }
  int64_t max_ns() const { return max_ns_; }
  double mean_ns() const;

  // Returns the value that the fraction `part`, in [0, 1], of all values do not exceed; 0 if empty.
  int64_t Quantile(double part) const;

 private:
  static constexpr size_t kBuckets = (40 - kBits + 1) * kPerOctave;
  static size_t IndexOf(int64_t value_ns);
  static int64_t MiddleOf(size_t index);

  std::array<uint64_t, kBuckets> buckets_{};
  uint64_t count_ = 0;
  int64_t max_ns_ = 0;
  double sum_ns_ = 0;
};

}  // namespace proxyherd::bench
