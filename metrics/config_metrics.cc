// Metric families of the configuration.
#include "metrics/config_metrics.h"

#include <prometheus/metric_family.h>

#include <string>

#include "base/env.h"

namespace proxyherd {
namespace {

prometheus::MetricFamily Gauge(const std::string& name, const std::string& help, double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return {name, help, prometheus::MetricType::Gauge, {metric}};
}

}  // namespace

void ConfigMetrics::Loaded(int64_t wall_ns, size_t waiting) {
  success_ns_ = wall_ns;
  waiting_ = waiting;
  successful_ = true;
}

std::vector<prometheus::MetricFamily> ConfigMetrics::Collect() const {
  return {
      Gauge("proxyherd_config_last_reload_successful",
            "0 when the configuration that SIGHUP named last had errors, so that the one before "
            "it holds.",
            successful_ ? 1 : 0),
      Gauge("proxyherd_config_last_reload_success_timestamp_seconds",
            "When a configuration was taken last, at the start or by SIGHUP.",
            static_cast<double>(success_ns_) / kSecond),
      Gauge("proxyherd_config_settings_waiting",
            "Settings of the configuration read last that hold only after a restart.",
            static_cast<double>(waiting_))};
}

}  // namespace proxyherd
