#include "server/http/http_metrics.h"

#include <string>

#include "metrics/families.h"

namespace proxyherd::server {

using prometheus::MetricType;

std::vector<prometheus::MetricFamily> HttpMetrics::Collect() const {
  metrics::Families families;
  families.Begin(MetricType::Counter, "proxyherd_http_limit_hits_total",
                 "Number of times that a limit of the HTTP port was reached, by limit.");
  for (int i = 0; i < kHttpLimits; ++i) {
    const auto limit = static_cast<HttpLimit>(i);
    if (limit == HttpLimit::kViewers && context_.viewers == nullptr) continue;
    families.Add({{"limit", std::string(NameOf(limit))}},
                 static_cast<double>(context_.limit_hits[static_cast<size_t>(i)].Value()));
  }
  families.Gauge("proxyherd_http_connections", "Open connections of the HTTP port.",
                 static_cast<double>(context_.connections->load()));
  if (context_.viewers == nullptr) return families.Take();
  families.Gauge("proxyherd_page_viewers", "Open pages of this node.",
                 static_cast<double>(context_.viewers->Count()));
  families.Counter("proxyherd_page_frames_dropped_total",
                   "Frames not sent to slow pages because newer ones replaced them.",
                   static_cast<double>(context_.viewers->Dropped()));
  return families.Take();
}

}  // namespace proxyherd::server
