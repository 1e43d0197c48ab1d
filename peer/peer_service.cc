// The calls for people: validate, ask the table, answer.
#include "peer/peer_service.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/escaped_text.h"
#include "core/exact_time.h"
#include "core/iso6709.h"
#include "peer/listing.h"
#include "peer/location_message.h"

namespace proxyherd {
namespace {

constexpr int32_t kDefaultPageSize = 100;
constexpr int32_t kMaxPageSize = 1000;
constexpr int kMaxWatchedIds = 1000;            // more are better served by watching all
constexpr double kMaxWatchRadius = 20'040'000;  // half the earth's circumference, in metres

grpc::Status Invalid(const std::string& message) {
  return {grpc::StatusCode::INVALID_ARGUMENT, message};
}

// A client id from its text; an error that says what is wrong with it.
grpc::Status ParseClientId(const std::string& text, std::string& client) {
  std::optional<std::string> bytes = UnescapeBytes(text);
  if (!bytes.has_value()) {
    return Invalid("client_id: a backslash begins \\\\ or \\xNN; there is another escape");
  }
  if (bytes->empty()) return Invalid("client_id: must not be empty");
  if (std::any_of(bytes->begin(), bytes->end(), IsWhiteSpace)) {
    return Invalid("client_id: must not contain white space");
  }
  client = *std::move(bytes);
  return grpc::Status::OK;
}

std::string TimeText(int64_t now_ns) {
  return absl::StrFormat("%d.%09d", now_ns / kSecond, now_ns % kSecond);
}

grpc::Status ParseFilter(const peer::v1::WatchLocationsRequest& request, WatchFilter& filter) {
  if (request.client_ids_size() > kMaxWatchedIds) {
    return Invalid(absl::StrCat("client_ids: at most ", kMaxWatchedIds));
  }
  for (const std::string& text : request.client_ids()) {
    std::string client;
    if (grpc::Status status = ParseClientId(text, client); !status.ok()) return status;
    filter.clients.push_back(std::move(client));
  }
  if (!request.has_area()) return grpc::Status::OK;
  if (!filter.clients.empty()) return Invalid("area: may not be given together with client_ids");
  const peer::v1::Area& area = request.area();
  // Written so that NaN is refused.
  if (!(std::abs(area.latitude()) <= 90)) return Invalid("area.latitude: must be in [-90, 90]");
  if (!(std::abs(area.longitude()) <= 180))
    return Invalid("area.longitude: must be in [-180, 180]");
  if (!(area.radius_meters() > 0 && area.radius_meters() <= kMaxWatchRadius)) {
    return Invalid("area.radius_meters: must be in (0, 20040000]");
  }
  filter.area = {{area.latitude(), area.longitude()}, area.radius_meters()};
  return grpc::Status::OK;
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

grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, const grpc::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

// Ends a watch before it began.
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

LinkServerReactor* PeerServiceImpl::Link(grpc::CallbackServerContext* /*context*/) {
  return MakeServerStream(links_.set(), links_.thread());
}

// OK when the node is ready for calls about clients.
grpc::Status PeerServiceImpl::Unready() const {
  switch (phase_.load()) {
    case Phase::kStarting:
      return {
          grpc::StatusCode::UNAVAILABLE,
          absl::StrCat(facts_.node, " is still learning what the herd knows; ask another node")};
    case Phase::kStopping:
      return {grpc::StatusCode::UNAVAILABLE,
              absl::StrCat(facts_.node, " is stopping; ask another node")};
    case Phase::kServing:
      break;
  }
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* PeerServiceImpl::ReportLocation(
    grpc::CallbackServerContext* context, const peer::v1::ReportLocationRequest* request,
    peer::v1::ReportLocationResponse* response) {
  FeedPlace place;
  const grpc::Status status = Report(*request, *response, place);
  if (!status.ok() || confirmations_ == nullptr) return Answer(context, status);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  AwaitedPlaces places;
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
              absl::StrCat("too many reports wait for the neighbours of ", facts_.node,
                           "; this one may be lost with it, or may spread: report it again later")};
  }
  return grpc::Status::OK;
}

grpc::Status PeerServiceImpl::Report(const peer::v1::ReportLocationRequest& request,
                                     peer::v1::ReportLocationResponse& response, FeedPlace& place) {
  if (grpc::Status status = Unready(); !status.ok()) return status;
  std::string client;
  if (grpc::Status status = ParseClientId(request.client_id(), client); !status.ok()) return status;
  const int64_t received_ns = env_.NowNs();
  StoredReport report;
  report.location = request.location();
  report.time = request.time().empty() ? TimeText(received_ns) : request.time();
  report.server = facts_.node;
  report.received_ns = received_ns;
  if (!IsLocation(report.location)) {
    return Invalid("location: expected decimal degrees with signs, like +34.068930-118.445127");
  }
  const std::optional<int64_t> client_time_ns = ParseTimeNs(report.time);
  if (!client_time_ns.has_value()) {
    return Invalid("time: expected POSIX seconds, digits with an optional fraction");
  }
  report.client_time_ns = *client_time_ns;
  switch (table_.TakeReport({client, report.location, report.time}, received_ns, &place)) {
    case MergeOutcome::kTooManyClients:
      return {grpc::StatusCode::RESOURCE_EXHAUSTED,
              "this node knows as many clients as it may (--max_clients)"};
    case MergeOutcome::kInvalid:
    case MergeOutcome::kExpired:  // not of what is taken here
      return Invalid(
          absl::StrCat("client_id, location and time are too long together; a report may "
                       "have ",
                       kMaxRecordBytes - kRecordHeaderBytes, " bytes"));
    case MergeOutcome::kWon:
    case MergeOutcome::kEqual:
      response.set_newest(true);
      break;
    case MergeOutcome::kStale:
      response.set_newest(false);
      break;
  }
  FillLocation(client, report, *response.mutable_location());
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* PeerServiceImpl::GetLocation(grpc::CallbackServerContext* context,
                                                       const peer::v1::GetLocationRequest* request,
                                                       peer::v1::GetLocationResponse* response) {
  return Answer(context, Get(*request, *response));
}

grpc::Status PeerServiceImpl::Get(const peer::v1::GetLocationRequest& request,
                                  peer::v1::GetLocationResponse& response) const {
  if (grpc::Status status = Unready(); !status.ok()) return status;
  std::string client;
  if (grpc::Status status = ParseClientId(request.client_id(), client); !status.ok()) return status;
  StoredReport report;
  if (!table_.Find(client, report)) {
    return {grpc::StatusCode::NOT_FOUND,
            absl::StrCat("no report of the client ", request.client_id(), " is known at ",
                         facts_.node)};
  }
  FillLocation(client, report, *response.mutable_location());
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* PeerServiceImpl::ListLocations(
    grpc::CallbackServerContext* context, const peer::v1::ListLocationsRequest* request,
    peer::v1::ListLocationsResponse* response) {
  return Answer(context, List(*request, *response));
}

grpc::Status PeerServiceImpl::List(const peer::v1::ListLocationsRequest& request,
                                   peer::v1::ListLocationsResponse& response) const {
  if (grpc::Status status = Unready(); !status.ok()) return status;
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return Invalid(absl::StrCat("page_size: must be in [0, ", kMaxPageSize, "]"));
  }
  const int32_t page_size = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  std::optional<Page> page = ReadPage(table_, request.page_token(), static_cast<size_t>(page_size));
  if (!page.has_value()) {
    return Invalid("page_token: not a next_page_token of an earlier answer");
  }
  for (const ListedClient& listed : page->clients) {
    FillLocation(listed.client, listed.report, *response.add_locations());
  }
  response.set_next_page_token(std::move(page->next_token));
  return grpc::Status::OK;
}

WatchReactor* PeerServiceImpl::WatchLocations(grpc::CallbackServerContext* /*context*/,
                                              const peer::v1::WatchLocationsRequest* request) {
  WatchFilter filter;
  grpc::Status status = Unready();
  if (status.ok()) status = ParseFilter(*request, filter);
  if (!status.ok()) return new RefusedWatch(status);
  return watches_.NewWatcher(std::move(filter));
}

grpc::ServerUnaryReactor* PeerServiceImpl::GetStatus(grpc::CallbackServerContext* context,
                                                     const peer::v1::GetStatusRequest* /*request*/,
                                                     peer::v1::GetStatusResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  links_.View([this, reactor, response](const LinkSetView& view) {
    FillStatus(view, *response);
    reactor->Finish(grpc::Status::OK);
  });
  return reactor;
}

void PeerServiceImpl::FillStatus(const LinkSetView& view,
                                 peer::v1::GetStatusResponse& response) const {
  response.set_herd(facts_.herd);
  response.set_node(facts_.node);
  response.set_version(facts_.version);
  response.mutable_start_time()->set_seconds(facts_.started_ns / kSecond);
  response.mutable_start_time()->set_nanos(static_cast<int32_t>(facts_.started_ns % kSecond));
  response.set_serving(view.ready);
  response.set_records(table_.Records());
  response.set_digest(absl::StrCat(absl::Hex(table_.RootDigest(), absl::kZeroPad16)));
  response.set_topology_hash(absl::StrCat(absl::Hex(facts_.topology_hash, absl::kZeroPad16)));
  response.set_connections(facts_.connections());
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

}  // namespace proxyherd
