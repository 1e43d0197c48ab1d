// Tests the metrics of places; the test moves the time.
#include "places/metrics/places_metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/env.h"
#include "tests/support/scripted_provider.h"

namespace proxyherd::places {
namespace {

class PlacesMetricsTest : public testing::Test {
 protected:
  PlacesMetricsTest()
      : provider_(std::make_unique<ScriptedProvider>(
                      [this](const SearchRequest&, int64_t, const Provider::Done& done) {
                        done_ = done;
                      }),
                  registry_, [this] { return now_ns_; }) {}

  void Begin() {
    provider_.Search({0, 0, 1, 1}, kMillisecond,
                     [this](auto answer) { ended_ += answer.ok() ? 1 : 10; });
  }

  // Reads the value of a counter or gauge, or the count of a histogram.
  std::map<std::string, prometheus::ClientMetric> Read(const std::string& family_name) {
    std::map<std::string, prometheus::ClientMetric> by_result;
    for (const auto& family : registry_.Collect()) {
      if (family.name != family_name) continue;
      for (const auto& metric : family.metric) {
        std::string result;
        std::string provider;
        for (const auto& label : metric.label) {
          (label.name == "result" ? result : provider) = label.value;
        }
        EXPECT_EQ(provider, "scripted");
        by_result[result] = metric;
      }
    }
    return by_result;
  }

  prometheus::Registry registry_;
  int64_t now_ns_ = 0;
  Provider::Done done_;
  int ended_ = 0;
  MeteredProvider provider_;
};

TEST_F(PlacesMetricsTest, EveryResultIsThereFromTheStart) {
  const auto results = Read("proxyherd_places_calls_total");
  EXPECT_EQ(results.size(), 17U);
  for (const char* result : {"ok", "invalid_argument", "unavailable", "resource_exhausted",
                             "permission_denied", "deadline_exceeded", "unauthenticated"}) {
    ASSERT_TRUE(results.contains(result)) << result;
    EXPECT_EQ(results.at(result).counter.value, 0);
  }
}

TEST_F(PlacesMetricsTest, ACallIsInFlightUntilItsAnswerAndThenCounted) {
  Begin();
  EXPECT_EQ(Read("proxyherd_places_calls_in_flight").at("").gauge.value, 1);
  now_ns_ += 3 * kMillisecond;
  done_(SearchAnswer{"{}", "scripted"});
  EXPECT_EQ(ended_, 1);
  EXPECT_EQ(Read("proxyherd_places_calls_in_flight").at("").gauge.value, 0);
  EXPECT_EQ(Read("proxyherd_places_calls_total").at("ok").counter.value, 1);
  const auto histogram = Read("proxyherd_places_call_duration_seconds").at("").histogram;
  EXPECT_EQ(histogram.sample_count, 1U);
  EXPECT_DOUBLE_EQ(histogram.sample_sum, 0.003);
}

TEST_F(PlacesMetricsTest, AnErrorCountsUnderItsCode) {
  Begin();
  done_(absl::ResourceExhaustedError("quota"));
  EXPECT_EQ(ended_, 10);
  const auto results = Read("proxyherd_places_calls_total");
  EXPECT_EQ(results.at("resource_exhausted").counter.value, 1);
  EXPECT_EQ(results.at("ok").counter.value, 0);
}

}  // namespace
}  // namespace proxyherd::places
