// The metrics process_* and build_info, which most Prometheus client libraries provide but
// prometheus-cpp does not.
#pragma once

#include <prometheus/collectable.h>

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "server/log/logger.h"

namespace proxyherd::metrics {

// Resources that the process has used so far; 0 if unknown.
struct ProcessUse {
  double cpu_seconds = 0;  // user and system
  uint64_t resident_bytes = 0;
};

// Reads /proc/self, which takes some microseconds. Thread-safe.
ProcessUse ReadProcessUse();

// Reads /proc/self at each scrape, and omits values that cannot be read. Thread-safe.
class ProcessMetrics : public prometheus::Collectable {
 public:
  // `lost_log_lines`: see Logger::Lost; must be thread-safe.
  explicit ProcessMetrics(std::function<server::LostLogLines()> lost_log_lines)
      : lost_log_lines_(std::move(lost_log_lines)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::function<server::LostLogLines()> lost_log_lines_;
};

}  // namespace proxyherd::metrics
