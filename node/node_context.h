// What all sides of a node share: options, table and metrics.
#pragma once

#include <prometheus/registry.h>

#include <cstdint>

#include "base/env.h"
#include "config/herd_file.h"
#include "core/confirmations.h"
#include "core/table.h"
#include "metrics/config_metrics.h"
#include "node/options/options.h"
#include "rpc/grpc_metrics.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Thread-safe, except Reload. Must outlive the sides.
struct NodeContext {
  // References must outlive this object. REQUIRES: the herd file has a node `options_in.name`.
  NodeContext(NodeOptions options_in, server::Logger& logger_in, Env& env_in);

  // Returns the confirmations that replies to reports wait for; nullptr if replies do not wait.
  Confirmations* AckAfter() { return options.ack_after_neighbour ? &confirmations : nullptr; }

  // Applies the options of the table. Called by one thread at a time.
  void Reload(const NodeOptions& next);

  // Constant after construction.
  const NodeOptions options;     // as at the start; a reload does not change them
  const config::HerdFile& herd;  // likewise
  const config::HerdNode& self;
  server::Logger& logger;
  Env& env;
  const int64_t started_ns;  // since 1970

  prometheus::Registry registry;
  metrics::ConfigMetrics config_metrics;
  rpc::ClientMetrics client_metrics;       // of calls that the node makes
  rpc::MethodMetricsTable server_metrics;  // of links that it accepts at their own port
  Table table;
  Confirmations confirmations;

 private:
  void ReserveOrigins(const config::HerdFile& file);
};

}  // namespace proxyherd::node
