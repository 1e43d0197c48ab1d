#include "peer/wire/membership_wire.h"

#include <algorithm>
#include <utility>

#include "peer/membership/membership.h"

namespace proxyherd::peer {
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

// Returns how many elements of a list to convert: one beyond the limit shows that it is too long.
int Bounded(int size, size_t max) { return std::min(size, static_cast<int>(max) + 1); }

MemberEntry MemberFromWire(peer::v1::NodeNotice& from) {
  MemberEntry member;
  member.node = std::move(*from.mutable_node());
  member.version = {from.epoch_ns(), from.sequence()};
  member.state = static_cast<NodeState>(from.state());
  member.address = {std::move(*from.mutable_host()),
                    from.text_port(),
                    from.grpc_port(),
                    from.http_port(),
                    std::move(*from.mutable_location()),
                    std::move(*from.mutable_version())};
  member.load = {from.connections(), from.max_connections(), from.reports_per_second(),
                 from.max_clients()};
  member.topology_hash = from.topology_hash();
  member.max_table_bytes = from.max_table_bytes();
  for (int i = 0; i < Bounded(from.links_size(), kMaxLinkClaims); ++i) {
    peer::v1::LinkClaim& link = *from.mutable_links(i);
    member.links.push_back(
        {std::move(*link.mutable_neighbour()), link.outgoing_up(), link.incoming_up()});
  }
  for (int i = 0; i < Bounded(from.people_size(), kMaxAnnouncements); ++i) {
    peer::v1::PeopleNotice& one = *from.mutable_people(i);
    member.people.push_back({one.id(), one.expires_ns(), std::move(*one.mutable_text())});
  }
  return member;
}

}  // namespace

void ClaimToWire(const LinkClaim& from, peer::v1::LinkClaim& to) {
  to.set_neighbour(from.neighbour);
  to.set_outgoing_up(from.outgoing_up);
  to.set_incoming_up(from.incoming_up);
}

void MembershipToWire(MembershipUpdate&& from, peer::v1::Notices& to) {
  for (MemberEntry& member : from.nodes) MemberToWire(std::move(member), *to.add_nodes());
}

MembershipUpdate MembershipFromWire(peer::v1::Notices& from) {
  MembershipUpdate update;
  const int count = Bounded(from.nodes_size(), kMaxMembersInUpdate);
  for (int i = 0; i < count; ++i) {
    update.nodes.push_back(MemberFromWire(*from.mutable_nodes(i)));
  }
  return update;
}

}  // namespace proxyherd::peer
