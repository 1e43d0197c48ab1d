// The text port of a node, and what belongs to it.
#pragma once

#include <prometheus/collectable.h>

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/server/gateway_metrics.h"
#include "gateway/server/tcp_server.h"
#include "gateway/session/backend.h"
#include "node/displaced_end.h"
#include "node/node_context.h"
#include "node/traffic_logger.h"

namespace proxyherd {

class TextSide {
 public:
  // Takes the port: clients wait in its backlog until Serve. Errors as TcpServer::Listen has them.
  // `context` must outlive the side.
  static absl::StatusOr<std::unique_ptr<TextSide>> Listen(NodeContext& context,
                                                          PlacesLookup lookup);

  // For the counts of others.
  const TcpServer& server() const { return server_; }
  const prometheus::Collectable& metrics() const { return metrics_; }

  // Called once.
  void Serve() { server_.Serve(); }
  // Closes the port because another process has taken the node's links; called once, returns at
  // once.
  void BeginDisplacedEnd() { displaced_end_.Begin(); }
  // The process was asked to stop when that was done.
  bool EndsDisplaced() const { return displaced_end_.exits(); }

  void Reload(const NodeOptions& next) { displaced_end_.Reconfigure(next.gateway); }

  // Answers what was taken, and closes; after the end of a displaced node if that has begun. See
  // TcpServer::Stop.
  GatewayStop Stop() { return server_.Stop(); }
  void JoinDisplacedEnd() { displaced_end_.Join(); }

 private:
  TextSide(NodeContext& context, PlacesLookup lookup);

  TrafficLogger traffic_;
  TcpServer server_;
  DisplacedEnd displaced_end_;
  const GatewayMetrics metrics_;
};

}  // namespace proxyherd
