#include "peer/calls/node_calls.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "peer/wire/membership_wire.h"

namespace proxyherd::peer {
namespace {

void FillTime(uint64_t since_1970_ns, google::protobuf::Timestamp& out) {
  const auto ns = static_cast<int64_t>(since_1970_ns);
  out.set_seconds(ns / kSecond);
  out.set_nanos(static_cast<int32_t>(ns % kSecond));
}

void FillNode(const NodeView& view, peer::v1::Node& out) {
  out.set_name(view.name);
  out.set_state(static_cast<peer::v1::NodeState>(view.state));
  out.set_reason(view.reason);
  out.set_in_herd_file(view.expected);
  if (view.member == nullptr) return;
  const MemberEntry& member = *view.member;
  out.set_host(member.address.host);
  out.set_text_port(member.address.text_port);
  out.set_grpc_port(member.address.grpc_port);
  out.set_http_port(member.address.http_port);
  out.set_location(member.address.location);
  out.set_version(member.address.version);
  FillTime(member.version.epoch_ns, *out.mutable_start_time());
  out.set_connections(member.load.connections);
  out.set_max_connections(member.load.max_connections);
  out.set_reports_per_second(member.load.reports_per_second);
  out.set_max_clients(member.load.max_clients);
  out.set_max_table_bytes(member.max_table_bytes);
  out.set_busy(IsBusy(member.load));
  out.set_sequence(member.version.sequence);
  for (const LinkClaim& link : member.links) ClaimToWire(link, *out.add_links());
}

void FillFound(const FoundNode& found, peer::v1::FoundNode& out) {
  FillNode(*found.node, *out.mutable_node());
  out.set_distance_meters(found.distance_m);
  out.set_reason(found.reason);
}

}  // namespace

void FillAnnouncement(const std::string& node, const Announcement& announcement,
                      peer::v1::Announcement& out) {
  out.set_node(node);
  out.set_id(announcement.id);
  out.set_text(announcement.text);
  FillTime(announcement.id, *out.mutable_post_time());
  FillTime(announcement.expires_ns, *out.mutable_expire_time());
}

void ListNodes(const std::vector<NodeView>& nodes, int64_t wall_ns,
               peer::v1::ListNodesResponse& response) {
  struct Posted {
    const std::string* node;
    const Announcement* announcement;
  };
  std::vector<Posted> posted;
  for (const NodeView& node : nodes) {
    FillNode(node, *response.add_nodes());
    if (node.member == nullptr) continue;
    for (const Announcement& one : node.member->people) {
      if (IsCurrent(one, wall_ns)) posted.push_back({&node.name, &one});
    }
  }
  std::stable_sort(posted.begin(), posted.end(), [](const Posted& a, const Posted& b) {
    return a.announcement->id > b.announcement->id;
  });
  posted.resize(std::min(posted.size(), kMaxAnnouncementsListed));
  for (const Posted& one : posted) {
    FillAnnouncement(*one.node, *one.announcement, *response.add_announcements());
  }
}

absl::StatusOr<Coordinates> ReadPlace(const peer::v1::FindNodeRequest& request) {
  if (!request.location().empty()) {
    if (request.has_latitude() || request.has_longitude()) {
      return absl::InvalidArgumentError("location, latitude: only one of them may be given");
    }
    const std::optional<Coordinates> place = ParseLocation(request.location());
    if (place.has_value()) return *place;
    return absl::InvalidArgumentError(
        "location: must be ISO 6709 decimal degrees, each with its sign, e.g. "
        "+34.068930-118.445127");
  }
  if (!request.has_latitude() || !request.has_longitude()) {
    return absl::InvalidArgumentError("location: missing; give it, or latitude and longitude");
  }
  // The condition is written so that NaN fails it.
  if (!(std::abs(request.latitude()) <= 90)) {
    return absl::InvalidArgumentError("latitude: must be in [-90, 90]");
  }
  if (!(std::abs(request.longitude()) <= 180)) {
    return absl::InvalidArgumentError("longitude: must be in [-180, 180]");
  }
  return Coordinates{request.latitude(), request.longitude()};
}

absl::Status FindNode(const std::vector<NodeView>& nodes, const peer::v1::FindNodeRequest& request,
                      peer::v1::FindNodeResponse& response) {
  const absl::StatusOr<Coordinates> place = ReadPlace(request);
  if (!place.ok()) return place.status();
  if (request.max_nodes() < 0 || request.max_nodes() > kMaxFoundNodes) {
    return absl::InvalidArgumentError(
        absl::StrCat("max_nodes: must be in [1, ", kMaxFoundNodes, "]"));
  }
  const int32_t max_nodes = request.max_nodes() == 0 ? kDefaultFoundNodes : request.max_nodes();
  const FoundNodes found = FindNodes(nodes, *place, static_cast<size_t>(max_nodes));
  for (const FoundNode& node : found.chosen) FillFound(node, *response.add_nodes());
  for (const FoundNode& node : found.passed_over) FillFound(node, *response.add_passed_over());
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ReadLifetime(const peer::v1::PostNoticeRequest& request) {
  const int64_t seconds =
      request.lifetime_seconds() == 0 ? kDefaultAnnouncementSeconds : request.lifetime_seconds();
  if (seconds < 1 || seconds > kMaxAnnouncementLifetimeNs / kSecond) {
    return absl::InvalidArgumentError(absl::StrCat("lifetime_seconds: must be in [1, ",
                                                   kMaxAnnouncementLifetimeNs / kSecond, "]"));
  }
  return seconds * kSecond;
}

}  // namespace proxyherd::peer
