// process_* and build_info: what every Prometheus client library offers, and prometheus-cpp does
// not.
#pragma once

#include <prometheus/collectable.h>

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace proxyherd {

// What the process has used so far; 0 where the system does not tell.
struct ProcessUse {
  double cpu_seconds = 0;  // user and system
  uint64_t resident_bytes = 0;
};

// Reads /proc/self, in some microseconds. Thread-safe.
ProcessUse ReadProcessUse();

// Reads /proc/self at each scrape. Thread-safe. What cannot be read is left out.
class ProcessMetrics : public prometheus::Collectable {
 public:
  // `log_lines_dropped`: see Logger::Dropped; thread-safe.
  explicit ProcessMetrics(std::function<uint64_t()> log_lines_dropped)
      : log_lines_dropped_(std::move(log_lines_dropped)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::function<uint64_t()> log_lines_dropped_;
};

}  // namespace proxyherd
