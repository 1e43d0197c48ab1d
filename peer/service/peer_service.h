// Implements PeerService over gRPC's callback API: the links, and calls of operators and programs.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/env.h"
#include "base/mutex.h"
#include "core/confirmations.h"
#include "core/table.h"
#include "peer/service/watch_dispatcher.h"
#include "peer/transport/links.h"
#include "peer/transport/server_stream.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"

namespace proxyherd::peer {

// The load of a node, and its resources.
struct NodeUse {
  uint64_t connections = 0;     // open ones of the text port
  uint64_t reports = 0;         // taken there since the start, including stale ones
  double cpu_seconds = 0;       // used by the process since its start
  uint64_t resident_bytes = 0;  // of the process
};

// What GetStatus reports besides the table and the links.
struct NodeFacts {
  std::string herd;
  std::string node;
  std::string version;
  int64_t started_ns = 0;        // since 1970
  std::function<NodeUse()> use;  // thread-safe, does not block
  // Requests an orderly stop, done by another thread within `stop_within_ns`. Thread-safe; returns
  // immediately.
  std::function<void()> request_stop;
  int64_t stop_within_ns = 0;
};

// References must outlive the server that this service is registered with. Reactions do not block.
//
// Like on the text port, calls about clients are answered only while the node is ready; before and
// afterwards they end with UNAVAILABLE. Calls about nodes are always answered. Thread-safe.
class PeerServiceImpl final : public peer::v1::PeerService::CallbackService {
 public:
  // `confirmations`: answers to reports wait for a confirmation; nullptr: they do not wait.
  PeerServiceImpl(NodeFacts facts, Table& table, Env& env, Links& links, WatchDispatcher& watches,
                  Confirmations* confirmations);

  // Begins to answer calls about clients. Must not be called after EndServing or EndDisplaced.
  void BeginServing() { phase_ = Phase::kServing; }
  // Refuses calls about clients from now on. Returns once no report is in progress.
  void EndServing();
  // Does the same, because another process with this node's name has taken over its links.
  void EndDisplaced();

  LinkServerReactor* Link(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* ReportLocation(grpc::CallbackServerContext* context,
                                           const peer::v1::ReportLocationRequest* request,
                                           peer::v1::ReportLocationResponse* response) override;
  grpc::ServerUnaryReactor* GetLocation(grpc::CallbackServerContext* context,
                                        const peer::v1::GetLocationRequest* request,
                                        peer::v1::GetLocationResponse* response) override;
  grpc::ServerUnaryReactor* ListLocations(grpc::CallbackServerContext* context,
                                          const peer::v1::ListLocationsRequest* request,
                                          peer::v1::ListLocationsResponse* response) override;
  grpc::ServerUnaryReactor* GetDigests(grpc::CallbackServerContext* context,
                                       const peer::v1::GetDigestsRequest* request,
                                       peer::v1::GetDigestsResponse* response) override;
  WatchReactor* WatchLocations(grpc::CallbackServerContext* context,
                               const peer::v1::WatchLocationsRequest* request) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const peer::v1::GetStatusRequest* request,
                                      peer::v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const peer::v1::ListNodesRequest* request,
                                      peer::v1::ListNodesResponse* response) override;
  grpc::ServerUnaryReactor* FindNode(grpc::CallbackServerContext* context,
                                     const peer::v1::FindNodeRequest* request,
                                     peer::v1::FindNodeResponse* response) override;
  grpc::ServerUnaryReactor* PostNotice(grpc::CallbackServerContext* context,
                                       const peer::v1::PostNoticeRequest* request,
                                       peer::v1::PostNoticeResponse* response) override;
  grpc::ServerUnaryReactor* Drain(grpc::CallbackServerContext* context,
                                  const peer::v1::DrainRequest* request,
                                  peer::v1::DrainResponse* response) override;

 private:
  enum class Phase { kStarting, kServing, kDisplaced, kStopping };

  grpc::Status Unready() const;
  grpc::Status TakeReport(const peer::v1::ReportLocationRequest& request,
                          peer::v1::ReportLocationResponse& response, FeedPosition& place);
  grpc::Status Confirmed(Confirmation confirmation) const;
  void FillStatus(const LinkSetView& view, peer::v1::GetStatusResponse& response) const;

  const NodeFacts facts_;
  Table& table_;
  Env& env_;
  Links& links_;
  WatchDispatcher& watches_;
  Confirmations* const confirmations_;

  std::atomic<Phase> phase_{Phase::kStarting};
  // Held while a report is taken, so that none is taken after the last check of what neighbours
  // lack.
  SharedMutex taking_;
  std::atomic<bool> stop_requested_{false};
};

}  // namespace proxyherd::peer
