#include "gateway/server/gateway_metrics.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace proxyherd {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using CounterSets = std::vector<const GatewayCounters*>;

constexpr double kSecondsPerNs = 1e-9;

// The possible results of each verb: no child that would always stay 0.
struct VerbResult {
  Verb verb;
  RequestResult result;
};
constexpr VerbResult kVerbResults[] = {
    {Verb::kIamat, RequestResult::kOk},
    {Verb::kIamat, RequestResult::kStale},
    {Verb::kIamat, RequestResult::kInvalid},
    {Verb::kIamat, RequestResult::kRefused},
    {Verb::kIamat, RequestResult::kUnconfirmed},
    {Verb::kWhatsat, RequestResult::kOk},
    {Verb::kWhatsat, RequestResult::kInvalid},
    {Verb::kWhatsat, RequestResult::kUnknownClient},
    {Verb::kWhatsat, RequestResult::kPlacesError},
    {Verb::kOther, RequestResult::kInvalid},
};

MetricFamily Family(std::string name, std::string help, MetricType type) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

ClientMetric Labelled(std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  return metric;
}

// The sum over all loops.
template <typename Read>
uint64_t Sum(const CounterSets& sets, Read read) {
  uint64_t sum = 0;
  for (const GatewayCounters* set : sets) sum += read(*set).Value();
  return sum;
}

MetricFamily Requests(const CounterSets& sets) {
  MetricFamily family = Family("proxyherd_gateway_requests_total",
                               "Commands answered, by verb and result.", MetricType::Counter);
  for (const VerbResult& child : kVerbResults) {
    ClientMetric metric = Labelled(
        {{"verb", std::string(NameOf(child.verb))}, {"result", std::string(NameOf(child.result))}});
    metric.counter.value =
        static_cast<double>(Sum(sets, [&](const GatewayCounters& set) -> const Counter& {
          return set.requests[static_cast<size_t>(child.verb)][static_cast<size_t>(child.result)];
        }));
    family.metric.push_back(std::move(metric));
  }
  return family;
}

MetricFamily LimitHits(const CounterSets& sets) {
  MetricFamily family =
      Family("proxyherd_gateway_limit_hits_total",
             "Number of times that a limit was reached, by limit.", MetricType::Counter);
  for (int i = 0; i < kGatewayLimits; ++i) {
    ClientMetric metric = Labelled({{"limit", std::string(NameOf(static_cast<GatewayLimit>(i)))}});
    metric.counter.value =
        static_cast<double>(Sum(sets, [i](const GatewayCounters& set) -> const Counter& {
          return set.limits[static_cast<size_t>(i)];
        }));
    family.metric.push_back(std::move(metric));
  }
  return family;
}

ClientMetric HandlingOf(Verb verb, const CounterSets& sets) {
  ClientMetric metric = Labelled({{"verb", std::string(NameOf(verb))}});
  const auto index = static_cast<size_t>(verb);
  uint64_t count = 0;
  for (size_t bucket = 0; bucket <= LatencyHistogram::kBoundsNs.size(); ++bucket) {
    for (const GatewayCounters* set : sets) count += set->handling[index].InBucket(bucket);
    const bool last = bucket == LatencyHistogram::kBoundsNs.size();
    const double bound =
        last ? std::numeric_limits<double>::infinity()
             : static_cast<double>(LatencyHistogram::kBoundsNs[bucket]) * kSecondsPerNs;
    metric.histogram.bucket.push_back({count, bound});
  }
  uint64_t sum_ns = 0;
  for (const GatewayCounters* set : sets) sum_ns += set->handling[index].SumNs();
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = static_cast<double>(sum_ns) * kSecondsPerNs;
  return metric;
}

MetricFamily Handling(const CounterSets& sets) {
  MetricFamily family = Family(
      "proxyherd_gateway_handling_seconds",
      "Time from reading a command until its reply is ready to send. Commands of one read have "
      "the same time, that of all of them; a WHATSAT includes the search for places, an IAMAT the "
      "wait for a neighbour (--ack_after=neighbour).",
      MetricType::Histogram);
  for (Verb verb : {Verb::kIamat, Verb::kWhatsat, Verb::kOther}) {
    family.metric.push_back(HandlingOf(verb, sets));
  }
  return family;
}

MetricFamily Single(MetricType type, std::string name, std::string help, double value) {
  MetricFamily family = Family(std::move(name), std::move(help), type);
  ClientMetric metric;
  metric.counter.value = value;
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
  return family;
}

}  // namespace

std::vector<MetricFamily> GatewayMetrics::Collect() const {
  const CounterSets sets = server_.Counters();
  const auto sum = [&sets](Counter GatewayCounters::*counter) {
    return static_cast<double>(Sum(
        sets, [counter](const GatewayCounters& set) -> const Counter& { return set.*counter; }));
  };
  std::vector<MetricFamily> families;
  families.push_back(Requests(sets));
  families.push_back(Handling(sets));
  families.push_back(LimitHits(sets));
  families.push_back(Single(MetricType::Gauge, "proxyherd_gateway_connections",
                            "Open connections of clients.",
                            static_cast<double>(server_.OpenConnections())));
  families.push_back(Single(MetricType::Gauge, "proxyherd_gateway_max_connections",
                            "Limit on open connections of clients, at which accept() is paused.",
                            static_cast<double>(server_.MaxConnections())));
  families.push_back(Single(MetricType::Gauge, "proxyherd_gateway_unsent_bytes",
                            "Bytes held by connections: replies not read or not complete, lines "
                            "not handled, and the system's buffers for them.",
                            static_cast<double>(server_.UnsentBytes())));
  families.push_back(Single(MetricType::Gauge, "proxyherd_gateway_max_unsent_total_bytes",
                            "Limit on proxyherd_gateway_unsent_bytes, above which the largest "
                            "connections are closed.",
                            static_cast<double>(server_.MaxUnsentBytes())));
  families.push_back(Single(MetricType::Counter, "proxyherd_gateway_connections_accepted_total",
                            "Connections accepted from clients.",
                            static_cast<double>(server_.AcceptedConnections())));
  families.push_back(Single(MetricType::Counter, "proxyherd_gateway_received_bytes_total",
                            "Bytes read from clients.", sum(&GatewayCounters::bytes_in)));
  families.push_back(Single(MetricType::Counter, "proxyherd_gateway_sent_bytes_total",
                            "Bytes sent to clients.", sum(&GatewayCounters::bytes_out)));
  families.push_back(Single(MetricType::Counter, "proxyherd_gateway_log_lines_left_out_total",
                            "Traffic lines left out of the log to keep to its budget.",
                            sum(&GatewayCounters::log_lines_left_out)));
  return families;
}

}  // namespace proxyherd
