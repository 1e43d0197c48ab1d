#include "peer/service/peer_service.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/escaped_text.h"
#include "peer/calls/digest_calls.h"
#include "peer/calls/location_calls.h"
#include "peer/calls/node_calls.h"
#include "rpc/grpc_status.h"

namespace proxyherd::peer {
namespace {

void FillTime(int64_t since_1970_ns, google::protobuf::Timestamp& out) {
  out.set_seconds(since_1970_ns / kSecond);
  out.set_nanos(static_cast<int32_t>(since_1970_ns % kSecond));
}

peer::v1::LinkState ToWireState(LinkState state) {
  switch (state) {
    case LinkState::kDown:
      return peer::v1::LINK_STATE_DOWN;
    case LinkState::kConnecting:
      return peer::v1::LINK_STATE_CONNECTING;
    case LinkState::kHandshaking:
      return peer::v1::LINK_STATE_HANDSHAKING;
    case LinkState::kUp:
      return peer::v1::LINK_STATE_UP;
  }
  return peer::v1::LINK_STATE_UNSPECIFIED;
}

void FillUse(const NodeUse& use, peer::v1::GetStatusResponse& response) {
  response.set_connections(use.connections);
  response.set_reports(use.reports);
  response.set_cpu_seconds(use.cpu_seconds);
  response.set_resident_bytes(use.resident_bytes);
}

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

// Ends a watch before it begins.
class RefusedWatch final : public WatchReactor {
 public:
  explicit RefusedWatch(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

PeerServiceImpl::PeerServiceImpl(NodeFacts facts, Table& table, Env& env, Links& links,
                                 WatchDispatcher& watches, Confirmations* confirmations)
    : facts_(std::move(facts)),
      table_(table),
      env_(env),
      links_(links),
      watches_(watches),
      confirmations_(confirmations) {}

LinkServerReactor* PeerServiceImpl::Link(grpc::CallbackServerContext* context) {
  return MakeServerStream(links_.set(), links_.thread(), *context);
}

// Returns OK if the node is ready for calls about clients.
grpc::Status PeerServiceImpl::Unready() const {
  switch (phase_.load()) {
    case Phase::kStarting:
      return {
          grpc::StatusCode::UNAVAILABLE,
          absl::StrCat(facts_.node, " is still learning what the herd knows; ask another node")};
    case Phase::kDisplaced:
      return {grpc::StatusCode::UNAVAILABLE,
              absl::StrCat("another process of ", facts_.node,
                           " has taken the links of this one; ask another node")};
    case Phase::kStopping:
      return {grpc::StatusCode::UNAVAILABLE,
              absl::StrCat(facts_.node, " is stopping; ask another node")};
    case Phase::kServing:
      break;
  }
  return grpc::Status::OK;
}

void PeerServiceImpl::EndServing() {
  const WriterLock lock(&taking_);
  phase_ = Phase::kStopping;
}

void PeerServiceImpl::EndDisplaced() {
  const WriterLock lock(&taking_);
  if (phase_ != Phase::kStopping) phase_ = Phase::kDisplaced;
}

grpc::Status PeerServiceImpl::TakeReport(const peer::v1::ReportLocationRequest& request,
                                         peer::v1::ReportLocationResponse& response,
                                         FeedPosition& place) {
  const ReaderLock lock(&taking_);
  grpc::Status status = Unready();
  if (!status.ok()) return status;
  return rpc::ToGrpc(
      proxyherd::peer::ReportLocation(table_, env_.NowNs(), request, response, place));
}

grpc::ServerUnaryReactor* PeerServiceImpl::ReportLocation(
    grpc::CallbackServerContext* context, const peer::v1::ReportLocationRequest* request,
    peer::v1::ReportLocationResponse* response) {
  FeedPosition place;
  const grpc::Status status = TakeReport(*request, *response, place);
  if (!status.ok() || confirmations_ == nullptr) return Answer(context, status);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  AwaitedPositions places;
  places.Add(place);
  confirmations_->Wait(places, env_.MonotonicNs(), [this, reactor](Confirmation confirmation) {
    reactor->Finish(Confirmed(confirmation));
  });
  return reactor;
}

grpc::Status PeerServiceImpl::Confirmed(Confirmation confirmation) const {
  switch (confirmation) {
    case Confirmation::kConfirmed:
      break;
    case Confirmation::kTimedOut:
      return {grpc::StatusCode::UNAVAILABLE,
              absl::StrCat("no neighbour of ", facts_.node, " has acknowledged the report within ",
                           confirmations_->timeout_ns() / kMillisecond,
                           " ms; it may be lost with this node, or may spread: report it again, "
                           "here or at another node")};
    case Confirmation::kRefused:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED,
              absl::StrCat("too many reports are waiting for the neighbours of ", facts_.node,
                           "; this one may be lost with it, or may spread: report it again later")};
  }
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* PeerServiceImpl::GetLocation(grpc::CallbackServerContext* context,
                                                       const peer::v1::GetLocationRequest* request,
                                                       peer::v1::GetLocationResponse* response) {
  grpc::Status status = Unready();
  if (status.ok()) status = rpc::ToGrpc(proxyherd::peer::GetLocation(table_, *request, *response));
  return Answer(context, status);
}

grpc::ServerUnaryReactor* PeerServiceImpl::ListLocations(
    grpc::CallbackServerContext* context, const peer::v1::ListLocationsRequest* request,
    peer::v1::ListLocationsResponse* response) {
  grpc::Status status = Unready();
  if (status.ok())
    status = rpc::ToGrpc(proxyherd::peer::ListLocations(table_, *request, *response));
  return Answer(context, status);
}

grpc::ServerUnaryReactor* PeerServiceImpl::GetDigests(grpc::CallbackServerContext* context,
                                                      const peer::v1::GetDigestsRequest* request,
                                                      peer::v1::GetDigestsResponse* response) {
  grpc::Status status = Unready();
  if (status.ok()) status = rpc::ToGrpc(proxyherd::peer::GetDigests(table_, *request, *response));
  return Answer(context, status);
}

WatchReactor* PeerServiceImpl::WatchLocations(grpc::CallbackServerContext* /*context*/,
                                              const peer::v1::WatchLocationsRequest* request) {
  if (const grpc::Status status = Unready(); !status.ok()) return new RefusedWatch(status);
  absl::StatusOr<WatchFilter> filter = ReadWatchFilter(*request);
  if (!filter.ok()) return new RefusedWatch(rpc::ToGrpc(filter.status()));
  return watches_.NewWatcher(*std::move(filter));
}

grpc::ServerUnaryReactor* PeerServiceImpl::GetStatus(grpc::CallbackServerContext* context,
                                                     const peer::v1::GetStatusRequest* /*request*/,
                                                     peer::v1::GetStatusResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  FillUse(facts_.use(), *response);
  links_.View([this, reactor, response](const LinkSetView& view) {
    FillStatus(view, *response);
    reactor->Finish(grpc::Status::OK);
  });
  return reactor;
}

grpc::ServerUnaryReactor* PeerServiceImpl::ListNodes(grpc::CallbackServerContext* context,
                                                     const peer::v1::ListNodesRequest* /*request*/,
                                                     peer::v1::ListNodesResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  links_.Nodes([reactor, response](const std::vector<NodeView>& nodes, int64_t wall_ns) {
    proxyherd::peer::ListNodes(nodes, wall_ns, *response);
    reactor->Finish(grpc::Status::OK);
  });
  return reactor;
}

grpc::ServerUnaryReactor* PeerServiceImpl::FindNode(grpc::CallbackServerContext* context,
                                                    const peer::v1::FindNodeRequest* request,
                                                    peer::v1::FindNodeResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  links_.Nodes([reactor, request, response](const std::vector<NodeView>& nodes, int64_t) {
    reactor->Finish(rpc::ToGrpc(proxyherd::peer::FindNode(nodes, *request, *response)));
  });
  return reactor;
}

grpc::ServerUnaryReactor* PeerServiceImpl::PostNotice(grpc::CallbackServerContext* context,
                                                      const peer::v1::PostNoticeRequest* request,
                                                      peer::v1::PostNoticeResponse* response) {
  const absl::StatusOr<int64_t> lifetime_ns = ReadLifetime(*request);
  if (!lifetime_ns.ok()) return Answer(context, rpc::ToGrpc(lifetime_ns.status()));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto posted = [this, reactor, response](const absl::StatusOr<Announcement>& announcement) {
    if (announcement.ok())
      FillAnnouncement(facts_.node, *announcement, *response->mutable_announcement());
    reactor->Finish(rpc::ToGrpc(announcement.status()));
  };
  links_.PostAnnouncement(request->text(), *lifetime_ns, posted);
  return reactor;
}

grpc::ServerUnaryReactor* PeerServiceImpl::Drain(grpc::CallbackServerContext* context,
                                                 const peer::v1::DrainRequest* request,
                                                 peer::v1::DrainResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  links_.View([this, reactor, request, response](const LinkSetView& view) {
    const bool stopping = stop_requested_.load() || phase_.load() == Phase::kStopping;
    const bool alone = std::none_of(view.links.begin(), view.links.end(), [](const LinkView& link) {
      return link.outgoing == LinkState::kUp;
    });
    if (!stopping && alone && table_.Records() > 0 && !request->even_if_alone()) {
      reactor->Finish({grpc::StatusCode::FAILED_PRECONDITION,
                       absl::StrCat("no link of ", facts_.node, " is up, and ", table_.Records(),
                                    " clients may be known to no other node; restore a "
                                    "link first, or set even_if_alone")});
      return;
    }
    FillTime(facts_.started_ns, *response->mutable_start_time());
    response->set_connections(facts_.use().connections);
    response->set_max_seconds(static_cast<double>(facts_.stop_within_ns) / kSecond);
    response->set_already_stopping(stopping);
    stop_requested_ = true;
    reactor->Finish(grpc::Status::OK);
    if (!stopping) facts_.request_stop();
  });
  return reactor;
}

void PeerServiceImpl::FillStatus(const LinkSetView& view,
                                 peer::v1::GetStatusResponse& response) const {
  response.set_herd(facts_.herd);
  response.set_node(facts_.node);
  response.set_version(facts_.version);
  FillTime(facts_.started_ns, *response.mutable_start_time());
  response.set_serving(view.ready && phase_.load() == Phase::kServing);
  response.set_stopping(stop_requested_.load() || phase_.load() == Phase::kStopping);
  response.set_displaced(view.displaced);
  response.set_cannot_speak(view.mute);
  if (!view.ready) response.set_not_ready_reason(EscapeBytes(view.waiting_for));
  response.set_records(table_.Records());
  response.set_max_records(table_.limits().Clients());
  response.set_table_bytes(table_.FootprintBytes());
  response.set_max_table_bytes(table_.limits().Bytes());
  response.set_bound_by(view.bound_by);
  response.set_digest(absl::StrCat(absl::Hex(table_.RootDigest(), absl::kZeroPad16)));
  response.set_topology_hash(absl::StrCat(absl::Hex(view.topology_hash, absl::kZeroPad16)));
  for (const LinkView& link : view.links) {
    peer::v1::LinkStatus& out = *response.add_links();
    out.set_neighbour(link.neighbour);
    out.set_outgoing(ToWireState(link.outgoing));
    out.set_incoming(ToWireState(link.incoming));
    out.set_lag_records(link.lag_records);
    out.set_repairing(link.repairing);
    out.set_round_trip_seconds(static_cast<double>(link.round_trip_ns) / kSecond);
    out.set_agrees(link.agrees);
    out.set_neighbour_records(link.neighbour_records);
    out.set_reason(EscapeBytes(link.reason));
    out.set_agreement_seconds(static_cast<double>(link.agreement_for_ns) / kSecond);
    out.set_differing(link.differing);
    out.set_divergent(link.divergent);
    out.set_clock_ahead_seconds(static_cast<double>(link.clock_ahead_ns) / kSecond);
  }
}

}  // namespace proxyherd::peer
