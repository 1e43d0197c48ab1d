// What all sides of a node use: how it was started, its table, and its metrics.
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

namespace proxyherd {

// Thread-safe, but for Reload. Outlives the sides.
struct NodeContext {
  // References must outlive it.
  NodeContext(NodeOptions options_in, Logger& logger_in, Env& env_in);

  // What replies to reports wait for; nullptr: nothing.
  Confirmations* AckAfter() { return options.ack_after_neighbour ? &confirmations : nullptr; }

  // Applies what concerns the table. By one thread at a time.
  void Reload(const NodeOptions& next);

  // Constant after construction.
  const NodeOptions options;  // of the start; a reload does not change them
  const HerdFile& herd;       // likewise
  const HerdNode& self;
  Logger& logger;
  Env& env;
  const int64_t started_ns;  // since 1970

  prometheus::Registry registry;
  ConfigMetrics config_metrics;
  ClientMetrics client_metrics;  // of calls that the node makes
  Table table;
  Confirmations confirmations;

 private:
  void ReserveOrigins(const HerdFile& file);
};

}  // namespace proxyherd
