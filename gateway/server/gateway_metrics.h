// The metrics of the gateway.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "gateway/server/tcp_server.h"

namespace proxyherd::gateway {

// Reads the loops' counters at each scrape, so that the hot path writes to no shared state. All
// label values exist from the start. Thread-safe. `server` has started and outlives this object.
class GatewayMetrics : public prometheus::Collectable {
 public:
  explicit GatewayMetrics(const TcpServer& server) : server_(server) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const TcpServer& server_;
};

}  // namespace proxyherd::gateway
