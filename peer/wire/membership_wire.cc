// The wire form of notices.
#include "peer/wire/membership_wire.h"

#include <algorithm>
#include <utility>

#include "peer/membership/membership.h"

namespace proxyherd {
namespace {

void MemberToWire(MemberEntry&& from, peer::v1::NodeNotice& to) {
  to.set_node(std::move(from.node));
  to.set_epoch_ns(from.version.epoch_ns);
  to.set_sequence(from.version.sequence);
  to.set_state(static_cast<peer::v1::NodeState>(from.state));
  to.set_host(std::move(from.address.host));
  to.set_text_port(from.address.text_port);
  to.set_grpc_port(from.address.grpc_port);
  to.set_http_port(from.address.http_port);
  to.set_location(std::move(from.address.location));
  to.set_version(std::move(from.address.version));
  to.set_connections(from.load.connections);
  to.set_max_connections(from.load.max_connections);
  to.set_reports_per_second(from.load.reports_per_second);
  to.set_max_clients(from.load.max_clients);
  to.set_max_table_bytes(from.max_table_bytes);
  to.set_topology_hash(from.topology_hash);
  for (const LinkClaim& link : from.links) ClaimToWire(link, *to.add_links());
  for (Announcement& one : from.people) {
    peer::v1::PeopleNotice& wire = *to.add_people();
    wire.set_id(one.id);
    wire.set_expires_ns(one.expires_ns);
    wire.set_text(std::move(one.text));
  }
}

// How many of a list to convert: one too many shows that it is too long.
int Bounded(int size, size_t most) { return std::min(size, static_cast<int>(most) + 1); }

MemberEntry MemberFromWire(peer::v1::NodeNotice& from) {
  MemberEntry notice;
  notice.node = std::move(*from.mutable_node());
  notice.version = {from.epoch_ns(), from.sequence()};
  notice.state = static_cast<NodeState>(from.state());
  notice.address = {std::move(*from.mutable_host()),
                    from.text_port(),
                    from.grpc_port(),
                    from.http_port(),
                    std::move(*from.mutable_location()),
                    std::move(*from.mutable_version())};
  notice.load = {from.connections(), from.max_connections(), from.reports_per_second(),
                 from.max_clients()};
  notice.topology_hash = from.topology_hash();
  notice.max_table_bytes = from.max_table_bytes();
  for (int i = 0; i < Bounded(from.links_size(), kMaxLinkClaims); ++i) {
    peer::v1::LinkClaim& link = *from.mutable_links(i);
    notice.links.push_back(
        {std::move(*link.mutable_neighbour()), link.outgoing_up(), link.incoming_up()});
  }
  for (int i = 0; i < Bounded(from.people_size(), kMaxAnnouncements); ++i) {
    peer::v1::PeopleNotice& one = *from.mutable_people(i);
    notice.people.push_back({one.id(), one.expires_ns(), std::move(*one.mutable_text())});
  }
  return notice;
}

}  // namespace

void ClaimToWire(const LinkClaim& from, peer::v1::LinkClaim& to) {
  to.set_neighbour(from.neighbour);
  to.set_outgoing_up(from.outgoing_up);
  to.set_incoming_up(from.incoming_up);
}

void MembershipToWire(MembershipUpdate&& from, peer::v1::Notices& to) {
  for (MemberEntry& notice : from.nodes) MemberToWire(std::move(notice), *to.add_nodes());
}

MembershipUpdate MembershipFromWire(peer::v1::Notices& from) {
  MembershipUpdate notices;
  const int count = Bounded(from.nodes_size(), kMaxMembersInUpdate);
  for (int i = 0; i < count; ++i) {
    notices.nodes.push_back(MemberFromWire(*from.mutable_nodes(i)));
  }
  return notices;
}

}  // namespace proxyherd
