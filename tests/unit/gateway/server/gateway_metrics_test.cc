// Tests the metrics that Prometheus receives.
#include "gateway/server/gateway_metrics.h"

#include <sys/resource.h>

#include <map>
#include <set>
#include <string>

#include "tests/support/server_fixture.h"

namespace proxyherd::gateway {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

const MetricFamily& Find(const std::vector<MetricFamily>& families, const std::string& name) {
  for (const MetricFamily& family : families) {
    if (family.name == name) return family;
  }
  ADD_FAILURE() << "no " << name;
  static const MetricFamily none;
  return none;
}

const ClientMetric& Child(const MetricFamily& family,
                          const std::vector<ClientMetric::Label>& labels) {
  for (const ClientMetric& metric : family.metric) {
    if (metric.label == labels) return metric;
  }
  ADD_FAILURE() << "no such child of " << family.name;
  static const ClientMetric none;
  return none;
}

TEST_F(TcpServerTest, MetricsSayWhatHappened) {
  TextClient client = Connect();
  const std::string sent = std::string(kKiwi) + std::string(kKiwi) + "WHATSAT nobody 1 1\nx\n";
  const std::string read =
      std::string(kKiwiAt) + std::string(kKiwiAt) + "? WHATSAT nobody 1 1\n? x\n";
  client.Send(sent);
  ASSERT_EQ(client.Read(read.size()), read);

  // The server counts bytes after it has sent them.
  const GatewayMetrics metrics(server());
  ASSERT_TRUE(Eventually([&] {
    const auto families = metrics.Collect();
    return Find(families, "proxyherd_gateway_sent_bytes_total").metric.at(0).counter.value ==
           static_cast<double>(read.size());
  }));
  const std::vector<MetricFamily> families = metrics.Collect();
  const MetricFamily& requests = Find(families, "proxyherd_gateway_requests_total");
  EXPECT_EQ(Child(requests, {{"verb", "iamat"}, {"result", "ok"}}).counter.value, 2);
  EXPECT_EQ(Child(requests, {{"verb", "whatsat"}, {"result", "unknown_client"}}).counter.value, 1);
  EXPECT_EQ(Child(requests, {{"verb", "other"}, {"result", "invalid"}}).counter.value, 1);
  EXPECT_EQ(Child(requests, {{"verb", "iamat"}, {"result", "stale"}}).counter.value, 0);
  EXPECT_EQ(Find(families, "proxyherd_gateway_received_bytes_total").metric.at(0).counter.value,
            static_cast<double>(sent.size()));
  EXPECT_EQ(Find(families, "proxyherd_gateway_connections").metric.at(0).gauge.value, 1);
  EXPECT_EQ(
      Find(families, "proxyherd_gateway_connections_accepted_total").metric.at(0).counter.value, 1);
  const auto& handling =
      Child(Find(families, "proxyherd_gateway_handling_seconds"), {{"verb", "iamat"}}).histogram;
  EXPECT_EQ(handling.sample_count, 2U);
  EXPECT_EQ(handling.bucket.front().cumulative_count, 2U) << "the clock stood still";
  EXPECT_EQ(handling.bucket.back().cumulative_count, 2U);
}

TEST_F(TcpServerTest, MetricsSayHowManyConnectionsThereMayBe) {
  options_.max_connections = 2;
  const GatewayMetrics metrics(server());
  EXPECT_EQ(Find(metrics.Collect(), "proxyherd_gateway_max_connections").metric.at(0).gauge.value,
            2);
}

TEST_F(TcpServerTest, MetricsSayWhatConnectionsHoldAndMayHold) {
  options_.max_unsent_total_bytes = size_t{5} << 20;
  const GatewayMetrics metrics(server());
  const auto gauge = [&metrics](const std::string& name) {
    return Find(metrics.Collect(), name).metric.at(0).gauge.value;
  };
  EXPECT_EQ(gauge("proxyherd_gateway_max_unsent_total_bytes"), 5 << 20);
  EXPECT_EQ(gauge("proxyherd_gateway_unsent_bytes"), 0);
  TextClient client = Connect();
  client.Send(std::string(4000, 'x'));
  EXPECT_TRUE(Eventually([&] { return gauge("proxyherd_gateway_unsent_bytes") >= 3 << 10; }));
  client.Send("\n");
  client.ReadOnce();
  client.Close();
  EXPECT_TRUE(Eventually([&] { return gauge("proxyherd_gateway_unsent_bytes") == 0; }));
}

TEST_F(TcpServerTest, MetricsSayHowManyConnectionsTheDescriptorsAllow) {
  rlimit descriptors{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &descriptors), 0);
  const GatewayMetrics metrics(server());
  const double told =
      Find(metrics.Collect(), "proxyherd_gateway_max_connections").metric.at(0).gauge.value;
  EXPECT_GE(told, 1);
  EXPECT_LT(told, static_cast<double>(descriptors.rlim_cur));
}

TEST_F(TcpServerTest, EveryLimitHasItsOwnName) {
  const GatewayMetrics metrics(server());
  const auto families = metrics.Collect();
  const MetricFamily& limits = Find(families, "proxyherd_gateway_limit_hits_total");
  std::set<std::string> names;
  for (const ClientMetric& metric : limits.metric) names.insert(metric.label.at(0).value);
  EXPECT_EQ(names.size(), static_cast<size_t>(kGatewayLimits));
  EXPECT_EQ(names.count(""), 0U);
}

TEST(LatencyHistogramTest, PutsEachObservationInItsBucket) {
  LatencyHistogram histogram;
  histogram.Observe(0, 3);
  histogram.Observe(10'000, 1);
  histogram.Observe(10'001, 2);
  histogram.Observe(11 * kSecond, 1);
  EXPECT_EQ(histogram.InBucket(0), 4U) << "a bound belongs to its bucket";
  EXPECT_EQ(histogram.InBucket(1), 2U);
  EXPECT_EQ(histogram.InBucket(LatencyHistogram::kBoundsNs.size()), 1U);
  EXPECT_EQ(histogram.SumNs(), 10'000U + 2 * 10'001U + 11 * kSecond);
}

}  // namespace
}  // namespace proxyherd::gateway
