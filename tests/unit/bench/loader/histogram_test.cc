// Tests that quantiles are within the stated error, for all values.
#include "bench/loader/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace proxyherd::bench {
namespace {

constexpr double kParts[] = {0, 0.01, 0.5, 0.9, 0.99, 0.999, 1};

// Returns the quantile `part`, computed from the values themselves.
int64_t Exact(std::vector<int64_t> values, double part) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<size_t>(std::ceil(part * static_cast<double>(values.size())));
  return values[std::max<size_t>(rank, 1) - 1];
}

void ExpectClose(const Histogram& histogram, const std::vector<int64_t>& values) {
  for (const double part : kParts) {
    const auto exact = static_cast<double>(Exact(values, part));
    EXPECT_NEAR(static_cast<double>(histogram.Quantile(part)), exact,
                exact * Histogram::kRelativeError)
        << part;
  }
}

TEST(HistogramTest, AnyValueAloneIsWithinTheError) {
  std::vector<int64_t> values = {0, 1, 63, 64, 127, 128, 129, 255, 256, Histogram::kMax};
  std::mt19937_64 random(1);
  for (int bits = 1; bits <= 40; ++bits) {
    const int64_t power = int64_t{1} << bits;
    values.insert(values.end(), {power - 1, power / 2});
    for (int i = 0; i < 100; ++i) values.push_back(static_cast<int64_t>(random()) & (power - 1));
  }
  for (const int64_t value : values) {
    Histogram histogram;
    // The greater value keeps the maximum from hiding the middle of the bucket.
    histogram.Add(value, 99);
    histogram.Add(Histogram::kMax);
    EXPECT_NEAR(static_cast<double>(histogram.Quantile(0.5)), static_cast<double>(value),
                static_cast<double>(value) * Histogram::kRelativeError);
  }
}

TEST(HistogramTest, QuantilesOfManyShapesAreWithinTheError) {
  std::mt19937_64 random(2);
  for (int shape = 1; shape <= 38; ++shape) {
    Histogram histogram;
    std::vector<int64_t> values;
    // Logarithms spread evenly up to 2^shape, with a long tail.
    std::uniform_real_distribution<double> logarithm(0, shape);
    for (int i = 0; i < 2000; ++i) {
      values.push_back(static_cast<int64_t>(std::exp2(logarithm(random))));
      if (i % 500 == 0) values.back() *= 4;
      histogram.Add(values.back());
    }
    ExpectClose(histogram, values);
  }
}

TEST(HistogramTest, TheErrorIsAtMostOnePercent) { EXPECT_LE(Histogram::kRelativeError, 0.01); }

TEST(HistogramTest, MeanMaximumAndCountAreExact) {
  Histogram histogram;
  histogram.Add(1'000'003, 3);
  histogram.Add(1);
  EXPECT_EQ(histogram.count(), 4U);
  EXPECT_EQ(histogram.max_ns(), 1'000'003);
  EXPECT_DOUBLE_EQ(histogram.mean_ns(), (3 * 1'000'003.0 + 1) / 4);
}

TEST(HistogramTest, TimesBeyondTheRangeCountAsItsEnds) {
  Histogram histogram;
  histogram.Add(-5);
  EXPECT_EQ(histogram.Quantile(1), 0);
  histogram.Add(Histogram::kMax * 2);
  EXPECT_EQ(histogram.max_ns(), Histogram::kMax);
}

TEST(HistogramTest, WithoutValuesAllIsZero) {
  const Histogram histogram;
  EXPECT_EQ(histogram.Quantile(0.5), 0);
  EXPECT_EQ(histogram.mean_ns(), 0);
}

}  // namespace
}  // namespace proxyherd::bench
