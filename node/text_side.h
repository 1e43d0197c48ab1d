// The text port of a node, with its log, its metrics and its end after a displacement.
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

namespace proxyherd::node {

class TextSide {
 public:
  // Opens the port; clients wait in its listen backlog until Serve is called. Returns the error of
  // TcpServer::Listen, if any. `context` must outlive the side.
  static absl::StatusOr<std::unique_ptr<TextSide>> Listen(NodeContext& context,
                                                          gateway::PlacesLookup lookup);

  // For the counts of connections and reports.
  const gateway::TcpServer& server() const { return server_; }
  const prometheus::Collectable& metrics() const { return metrics_; }

  // Called once.
  void Serve() { server_.Serve(); }
  // Starts closing the port because another process has taken over the node's links; returns
  // immediately. Called once.
  void BeginDisplacedEnd() { displaced_end_.Begin(); }
  // Returns true if a stop of the process was requested after that.
  bool EndsDisplaced() const { return displaced_end_.exits(); }

  void Reload(const NodeOptions& next) { displaced_end_.Reconfigure(next.gateway); }

  // Answers all lines read so far and closes the port (see TcpServer::Stop). Must be called after
  // JoinDisplacedEnd.
  gateway::GatewayStop Stop() { return server_.Stop(); }
  void JoinDisplacedEnd() { displaced_end_.Join(); }

 private:
  TextSide(NodeContext& context, gateway::PlacesLookup lookup);

  TrafficLogger traffic_;
  gateway::TcpServer server_;
  DisplacedEnd displaced_end_;
  const gateway::GatewayMetrics metrics_;
};

}  // namespace proxyherd::node
