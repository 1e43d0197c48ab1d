#include "metrics/config_metrics.h"

#include "base/env.h"
#include "metrics/families.h"

namespace proxyherd::metrics {

void ConfigMetrics::Loaded(int64_t wall_ns, size_t waiting) {
  success_ns_ = wall_ns;
  waiting_ = waiting;
  successful_ = true;
}

std::vector<prometheus::MetricFamily> ConfigMetrics::Collect() const {
  Families families;
  families.Gauge("proxyherd_config_last_reload_successful",
                 "0 if the last reload (SIGHUP) failed because of errors, so that the previous "
                 "configuration is still in force.",
                 successful_ ? 1 : 0);
  families.Gauge(
      "proxyherd_config_last_reload_success_timestamp_seconds",
      "Time of the last successful load of the configuration, at the start or by SIGHUP, "
      "in seconds since 1970.",
      static_cast<double>(success_ns_) / kSecond);
  families.Gauge("proxyherd_config_settings_waiting",
                 "Settings of the last configuration loaded that need a restart to take effect.",
                 static_cast<double>(waiting_));
  return families.Take();
}

}  // namespace proxyherd::metrics
