// Builds families of metrics at each scrape, from counters that are not Prometheus' own.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/counters.h"

namespace proxyherd::metrics {

// Keeps the families in the order in which they were begun, and the series of each in the order in
// which they were added.
class Families {
 public:
  using Labels = std::vector<prometheus::ClientMetric::Label>;

  // Begins a family, to which the series added next belong. A family without series is also shown.
  void Begin(prometheus::MetricType type, std::string name, std::string help);

  // REQUIRES: a family of counters or gauges was begun.
  void Add(Labels labels, double value);

  // Adds the sum of `parts`, in seconds. REQUIRES: a family of histograms was begun.
  void AddHistogram(Labels labels, const std::vector<const LatencyHistogram*>& parts,
                    double (*to_seconds)(int64_t ns) = ToSeconds);

  // Both add a family of one series without labels.
  void Counter(std::string name, std::string help, double value);
  void Gauge(std::string name, std::string help, double value);

  std::vector<prometheus::MetricFamily> Take() { return std::move(families_); }

 private:
  static double ToSeconds(int64_t ns);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace proxyherd::metrics
