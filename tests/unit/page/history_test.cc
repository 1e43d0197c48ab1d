// Tests rates, quantiles and the ten minutes of the charts.
#include "page/history.h"

#include <gtest/gtest.h>

namespace proxyherd::page {
namespace {

Totals At(int64_t second, uint64_t reports) {
  Totals totals;
  totals.monotonic_ns = second * kSecond;
  totals.wall_ns = (1'000'000 + second) * kSecond;
  totals.reports = reports;
  return totals;
}

TEST(History, TheFirstTotalsSayNothing) {
  History history;
  EXPECT_EQ(history.Add(At(0, 500)), nullptr);
  const Sample* const sample = history.Add(At(2, 600));
  ASSERT_NE(sample, nullptr);
  EXPECT_EQ(sample->reports, 50);
  EXPECT_EQ(sample->wall_ns, 1'000'002 * kSecond);
}

TEST(History, KeepsTenMinutes) {
  History history;
  for (int second = 0; second <= 1000; ++second) history.Add(At(second, 0));
  ASSERT_EQ(history.samples().size(), History::kMaxSamples);
  EXPECT_EQ(history.samples().front().wall_ns, 1'000'401 * kSecond);
  EXPECT_EQ(history.samples().back().wall_ns, 1'001'000 * kSecond);
}

TEST(History, KeepsTenMinutesOfSparseSamples) {
  History history;
  for (int second = 0; second <= 3000; second += 5) history.Add(At(second, 0));
  ASSERT_EQ(history.samples().size(), History::kMaxSamples / 5);
  EXPECT_EQ(history.samples().front().wall_ns, 1'002'405 * kSecond);
}

TEST(History, CountersThatWentBackAndNoTimeAtAllAreNoRates) {
  EXPECT_EQ(Between(At(0, 10), At(1, 5)).reports, 0);
  EXPECT_GE(Between(At(0, 10), At(0, 10)).reports, 0);
}

TEST(Quantile, NothingCountedHasNone) {
  LatencyCounts counts;
  counts.buckets[3] = 7;
  EXPECT_FALSE(Quantile(counts, counts, 0.5).has_value());
}

TEST(Quantile, LiesInTheBucketOfItsPart) {
  LatencyHistogram histogram;
  LatencyCounts before;
  before.Add(histogram);
  histogram.Observe(20'000, 90);   // in (10 us, 25 us]
  histogram.Observe(900'000, 10);  // in (750 us, 1 ms]
  LatencyCounts now;
  now.Add(histogram);
  EXPECT_NEAR(*Quantile(before, now, 0.5), 10'000 + 15'000 * 50.0 / 90, 1);
  EXPECT_NEAR(*Quantile(before, now, 0.99), 750'000 + 250'000 * 0.9, 1);
}

TEST(Quantile, WhatIsAboveTheLastBoundCountsAsThat) {
  LatencyHistogram histogram;
  histogram.Observe(100 * kSecond, 1);
  LatencyCounts now;
  now.Add(histogram);
  EXPECT_EQ(*Quantile({}, now, 0.99), 10e9);
}

TEST(AppendSample, WritesNullForWhatWasNotMeasured) {
  Sample sample;
  sample.wall_ns = 5 * kSecond;
  sample.reports = 1234.567;
  sample.whatsats = 0.125;
  sample.handling_p50_ns = 12'345;
  sample.clients = 10'000'000;
  sample.connections = 3;
  std::string out;
  AppendSample(sample, out);
  EXPECT_EQ(out, "[5,1235,0.13,0,0,12.35,null,null,null,10000000,3]");
}

}  // namespace
}  // namespace proxyherd::page
