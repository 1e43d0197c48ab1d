// Metrics of configuration reloads.
#pragma once

#include <prometheus/collectable.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace proxyherd::metrics {

// Thread-safe.
class ConfigMetrics : public prometheus::Collectable {
 public:
  // The start is taken as the first success. `wall_ns`: now, since 1970.
  explicit ConfigMetrics(int64_t wall_ns) : success_ns_(wall_ns) {}

  // Records a successful reload. `waiting`: number of changed settings that take effect only after
  // a restart.
  void Loaded(int64_t wall_ns, size_t waiting);
  void Failed() { successful_ = false; }

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::atomic<bool> successful_{true};
  std::atomic<int64_t> success_ns_;
  std::atomic<size_t> waiting_{0};
};

}  // namespace proxyherd::metrics
