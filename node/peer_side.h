// What a node has to do with other nodes and by gRPC with people: links, watches, PeerService and
// the gRPC port.
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

namespace proxyherd {

// Thread-safe, but for what starts and stops it.
class PeerSide {
 public:
  // `gateway` listens; it is asked for its load. References must outlive the side.
  PeerSide(NodeContext& context, const TcpServer& gateway, Links::Observer observer);
  // REQUIRES: Shutdown was called.
  ~PeerSide() = default;

  Links& links() { return links_; }
  WatchDispatcher& watches() { return watches_; }
  const prometheus::Collectable& metrics() const { return metrics_; }

  // Opens the gRPC port; neighbours can link from then on. UNAVAILABLE if it cannot be had.
  absl::Status Listen();
  void Dial() { links_.Start(); }

  void Reload(const NodeOptions& next);

  // Calls about clients are answered, and health says SERVING. REQUIRES: Listen has succeeded; so
  // do the next two.
  void BeginServing();
  void SetHealth(bool serving) { rpc_->SetServing(serving); }
  // Ends what BeginServing began, and the watches, for ever.
  void EndDisplaced();

  // The stop, in this order. Listen may have failed.

  // Health says NOT_SERVING, neighbours are told, and calls about clients are refused; returns when
  // no report is being taken any more.
  void Drain();
  // See Links::Stop.
  LinksStop Flush(int64_t flush_ns) { return links_.Stop(flush_ns); }
  void EndWatches() { watches_.Stop("the node is stopping"); }
  // Ends calls, by force after `grace_ns`, and the threads.
  void Shutdown(int64_t grace_ns);

 private:
  NodeContext& context_;
  Links links_;
  WatchDispatcher watches_;
  PeerServiceImpl service_;
  const PeerMetrics metrics_;
  std::unique_ptr<RpcServer> rpc_;  // from Listen on
};

}  // namespace proxyherd
