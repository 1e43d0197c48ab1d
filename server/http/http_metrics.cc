#include "server/http/http_metrics.h"

#include <string>
#include <utility>

namespace proxyherd {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Single(MetricType type, std::string name, std::string help, double value) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  ClientMetric metric;
  metric.counter.value = value;
  metric.gauge.value = value;
  family.metric.push_back(std::move(metric));
  return family;
}

}  // namespace

std::vector<MetricFamily> HttpMetrics::Collect() const {
  MetricFamily limits;
  limits.name = "proxyherd_http_limit_hits_total";
  limits.help = "Number of times that a limit of the HTTP port was reached, by limit.";
  limits.type = MetricType::Counter;
  for (int i = 0; i < kHttpLimits; ++i) {
    const auto limit = static_cast<HttpLimit>(i);
    if (limit == HttpLimit::kViewers && context_.viewers == nullptr) continue;
    ClientMetric metric;
    metric.label.push_back({"limit", std::string(NameOf(limit))});
    metric.counter.value = static_cast<double>(context_.limit_hits[static_cast<size_t>(i)].Value());
    limits.metric.push_back(std::move(metric));
  }
  std::vector<MetricFamily> families;
  families.push_back(std::move(limits));
  families.push_back(Single(MetricType::Gauge, "proxyherd_http_connections",
                            "Open connections of the HTTP port.",
                            static_cast<double>(context_.connections->load())));
  if (context_.viewers == nullptr) return families;
  families.push_back(Single(MetricType::Gauge, "proxyherd_page_viewers", "Open pages of this node.",
                            static_cast<double>(context_.viewers->Count())));
  families.push_back(Single(MetricType::Counter, "proxyherd_page_frames_dropped_total",
                            "Frames not sent to slow pages because newer ones replaced them.",
                            static_cast<double>(context_.viewers->Dropped())));
  return families;
}

}  // namespace proxyherd
