// The side of a node that faces other nodes and gRPC clients: links, watches, PeerService and the
// gRPC port.
#pragma once

#include <prometheus/collectable.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "gateway/server/tcp_server.h"
#include "node/node_context.h"
#include "peer/service/peer_metrics.h"
#include "peer/service/peer_service.h"
#include "peer/service/watch_dispatcher.h"
#include "peer/transport/links.h"
#include "rpc/rpc_server.h"

namespace proxyherd::node {

// Thread-safe, except the functions that start and stop it.
class PeerSide {
 public:
  // `gateway` must already listen; its load is published. References must outlive the side.
  PeerSide(NodeContext& context, const gateway::TcpServer& gateway, peer::Links::Observer observer);
  // REQUIRES: Shutdown was called.
  ~PeerSide() = default;

  peer::Links& links() { return links_; }
  peer::WatchDispatcher& watches() { return watches_; }
  const prometheus::Collectable& metrics() const { return metrics_; }

  // Opens the gRPC port; neighbours can link from then on. UNAVAILABLE if it cannot be opened.
  absl::Status Listen();
  void Dial() { links_.Start(); }

  void Reload(const NodeOptions& next);

  // Begins to answer calls about clients, and sets health to SERVING. REQUIRES (also for the next
  // two functions): Listen has succeeded.
  void BeginServing();
  void SetHealth(bool serving);
  // Ends serving and the watches for good.
  void EndDisplaced();

  // Functions that stop the side, to be called in this order. Listen may have failed.

  // Sets health to NOT_SERVING, announces the drain to the neighbours, and refuses calls about
  // clients. Returns when no report is in progress.
  void Drain();
  // See Links::Stop.
  peer::LinksStop Flush(int64_t flush_ns) { return links_.Stop(flush_ns); }
  void EndWatches() { watches_.Stop("the node is stopping"); }
  // Ends calls (forcibly after `grace_ns`) and the threads.
  void Shutdown(int64_t grace_ns);

 private:
  NodeContext& context_;
  peer::Links links_;
  peer::WatchDispatcher watches_;
  peer::PeerServiceImpl service_;
  const peer::PeerMetrics metrics_;
  std::unique_ptr<rpc::RpcServer> rpc_;  // from Listen on
};

}  // namespace proxyherd::node
