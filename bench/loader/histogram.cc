// Values below 2 * kPerOctave have one bucket each, so that the first octaves need no special case.
#include "bench/loader/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace proxyherd::bench {

size_t Histogram::IndexOf(int64_t value_ns) {
  const auto value = static_cast<uint64_t>(value_ns);
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - 1 - kBits);
  return static_cast<size_t>(shift) * kPerOctave + (value >> shift);
}

int64_t Histogram::MiddleOf(size_t index) {
  if (index < 2 * kPerOctave) return static_cast<int64_t>(index);
  const size_t shift = index / kPerOctave - 1;
  const auto first = static_cast<int64_t>((index - shift * kPerOctave) << shift);
  return first + (int64_t{1} << shift) / 2;
}

void Histogram::Add(int64_t value_ns, uint64_t times) {
  const int64_t value = std::clamp<int64_t>(value_ns, 0, kMax);
  buckets_[IndexOf(value)] += times;
  count_ += times;
  max_ns_ = std::max(max_ns_, value);
  sum_ns_ += static_cast<double>(value) * static_cast<double>(times);
}

double Histogram::mean_ns() const {
  return count_ == 0 ? 0 : sum_ns_ / static_cast<double>(count_);
}

int64_t Histogram::Quantile(double part) const {
  const auto wanted = static_cast<uint64_t>(std::ceil(part * static_cast<double>(count_)));
  uint64_t below = 0;
  for (size_t index = 0; index < kBuckets; ++index) {
    below += buckets_[index];
    if (below > 0 && below >= wanted) return std::min(MiddleOf(index), max_ns_);
  }
  return max_ns_;
}

}  // namespace proxyherd::bench
