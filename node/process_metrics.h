// process_* and build_info: what every Prometheus client library offers, and prometheus-cpp does
// not.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

namespace proxyherd {

// Reads /proc/self at each scrape. Thread-safe. What cannot be read is left out.
class ProcessMetrics : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace proxyherd
