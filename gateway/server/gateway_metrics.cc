#include "gateway/server/gateway_metrics.h"

#include <cstdint>
#include <string>

#include "metrics/families.h"

namespace proxyherd::gateway {
namespace {

using prometheus::MetricType;
using CounterSets = std::vector<const GatewayCounters*>;

// Not a division, which would change the last digit of two bounds, and so the names of stored
// series.
double TimesSecondsPerNs(int64_t ns) { return static_cast<double>(ns) * 1e-9; }

// The possible results of each verb, so that no child always stays 0.
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

// The sum over all loops.
template <typename Read>
uint64_t Sum(const CounterSets& sets, Read read) {
  uint64_t sum = 0;
  for (const GatewayCounters* set : sets) sum += read(*set).Value();
  return sum;
}

void AddRequests(const CounterSets& sets, metrics::Families& families) {
  families.Begin(MetricType::Counter, "proxyherd_gateway_requests_total",
                 "Commands answered, by verb and result.");
  for (const VerbResult& child : kVerbResults) {
    const uint64_t count = Sum(sets, [&](const GatewayCounters& set) -> const Counter& {
      return set.requests[static_cast<size_t>(child.verb)][static_cast<size_t>(child.result)];
    });
    families.Add(
        {{"verb", std::string(NameOf(child.verb))}, {"result", std::string(NameOf(child.result))}},
        static_cast<double>(count));
  }
}

void AddLimitHits(const CounterSets& sets, metrics::Families& families) {
  families.Begin(MetricType::Counter, "proxyherd_gateway_limit_hits_total",
                 "Number of times that a limit was reached, by limit.");
  for (int i = 0; i < kGatewayLimits; ++i) {
    const uint64_t count = Sum(sets, [i](const GatewayCounters& set) -> const Counter& {
      return set.limits[static_cast<size_t>(i)];
    });
    families.Add({{"limit", std::string(NameOf(static_cast<GatewayLimit>(i)))}},
                 static_cast<double>(count));
  }
}

void AddHandling(const CounterSets& sets, metrics::Families& families) {
  families.Begin(
      MetricType::Histogram, "proxyherd_gateway_handling_seconds",
      "Time from reading a command until its reply is ready to send. Commands of one read have "
      "the same time, that of all of them; a WHATSAT includes the search for places, an IAMAT the "
      "wait for a neighbour (--ack_after=neighbour).");
  for (const Verb verb : {Verb::kIamat, Verb::kWhatsat, Verb::kOther}) {
    std::vector<const LatencyHistogram*> parts;
    for (const GatewayCounters* set : sets) {
      parts.push_back(&set->handling[static_cast<size_t>(verb)]);
    }
    families.AddHistogram({{"verb", std::string(NameOf(verb))}}, parts, TimesSecondsPerNs);
  }
}

}  // namespace

std::vector<prometheus::MetricFamily> GatewayMetrics::Collect() const {
  const CounterSets sets = server_.Counters();
  const auto sum = [&sets](Counter GatewayCounters::*counter) {
    return static_cast<double>(Sum(
        sets, [counter](const GatewayCounters& set) -> const Counter& { return set.*counter; }));
  };
  metrics::Families families;
  AddRequests(sets, families);
  AddHandling(sets, families);
  AddLimitHits(sets, families);
  families.Gauge("proxyherd_gateway_connections", "Open connections of clients.",
                 static_cast<double>(server_.OpenConnections()));
  families.Gauge("proxyherd_gateway_max_connections",
                 "Limit on open connections of clients, at which accept() is paused.",
                 static_cast<double>(server_.MaxConnections()));
  families.Gauge("proxyherd_gateway_unsent_bytes",
                 "Bytes held by connections: replies not read or not complete, lines "
                 "not handled, and the system's buffers for them.",
                 static_cast<double>(server_.UnsentBytes()));
  families.Gauge("proxyherd_gateway_max_unsent_total_bytes",
                 "Limit on proxyherd_gateway_unsent_bytes, above which the largest "
                 "connections are closed.",
                 static_cast<double>(server_.MaxUnsentBytes()));
  families.Counter("proxyherd_gateway_connections_accepted_total",
                   "Connections accepted from clients.",
                   static_cast<double>(server_.AcceptedConnections()));
  families.Counter("proxyherd_gateway_received_bytes_total", "Bytes read from clients.",
                   sum(&GatewayCounters::bytes_in));
  families.Counter("proxyherd_gateway_sent_bytes_total", "Bytes sent to clients.",
                   sum(&GatewayCounters::bytes_out));
  families.Counter("proxyherd_gateway_log_lines_left_out_total",
                   "Traffic lines left out of the log to keep to its budget.",
                   sum(&GatewayCounters::log_lines_left_out));
  return families.Take();
}

}  // namespace proxyherd::gateway
