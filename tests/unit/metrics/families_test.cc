// Tests metric families as Prometheus reads them.
#include "metrics/families.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <string>
#include <utility>

namespace proxyherd::metrics {
namespace {

using prometheus::MetricType;

std::string Text(Families families) {
  return prometheus::TextSerializer().Serialize(families.Take());
}

TEST(FamiliesTest, FamiliesAndSeriesStayInOrder) {
  Families families;
  families.Begin(MetricType::Counter, "b_total", "Things.");
  families.Add({{"z", "1"}, {"a", "x"}}, 2);
  families.Add({{"z", "0"}, {"a", "x"}}, 1);
  families.Gauge("a", "A value.", 0.5);
  families.Counter("c_total", "A count.", 3);
  EXPECT_EQ(Text(std::move(families)),
            "# HELP b_total Things.\n"
            "# TYPE b_total counter\n"
            "b_total{z=\"1\",a=\"x\"} 2\n"
            "b_total{z=\"0\",a=\"x\"} 1\n"
            "# HELP a A value.\n"
            "# TYPE a gauge\n"
            "a 0.5\n"
            "# HELP c_total A count.\n"
            "# TYPE c_total counter\n"
            "c_total 3\n");
}

TEST(FamiliesTest, AFamilyMayHaveNoSeries) {
  Families families;
  families.Begin(MetricType::Gauge, "a", "Nothing yet.");
  EXPECT_EQ(Text(std::move(families)), "# HELP a Nothing yet.\n# TYPE a gauge\n");
}

TEST(FamiliesTest, AHistogramIsTheSumOfItsParts) {
  LatencyHistogram one;
  LatencyHistogram two;
  one.Observe(10'000, 1);
  two.Observe(10'001, 2);
  two.Observe(100'000'000'000, 1);
  Families families;
  families.Begin(MetricType::Histogram, "a_seconds", "Time.");
  families.AddHistogram({{"verb", "x"}}, {&one, &two});
  const prometheus::ClientMetric metric = families.Take().at(0).metric.at(0);
  EXPECT_EQ(metric.label.at(0).value, "x");
  ASSERT_EQ(metric.histogram.bucket.size(), LatencyHistogram::kBoundsNs.size() + 1);
  EXPECT_EQ(metric.histogram.bucket[0].upper_bound, 1e-5);
  EXPECT_EQ(metric.histogram.bucket[0].cumulative_count, 1U);
  EXPECT_EQ(metric.histogram.bucket[1].cumulative_count, 3U);
  EXPECT_EQ(metric.histogram.bucket.back().cumulative_count, 4U);
  EXPECT_EQ(metric.histogram.sample_count, 4U);
  EXPECT_DOUBLE_EQ(metric.histogram.sample_sum, 100.000030002);
}

// Release builds have no assertions.
#ifndef NDEBUG

TEST(FamiliesDeathTest, SeriesBelongToAFamilyOfTheirType) {
  Families families;
  EXPECT_DEATH(families.Add({}, 1), "empty");
  EXPECT_DEATH(families.AddHistogram({}, {}), "empty");
  families.Begin(MetricType::Histogram, "a_seconds", "Time.");
  EXPECT_DEATH(families.Add({}, 1), "type");
  families.Begin(MetricType::Counter, "a_total", "Things.");
  EXPECT_DEATH(families.AddHistogram({}, {}), "type");
}

#endif

}  // namespace
}  // namespace proxyherd::metrics
