// Views derived from the membership: the state of each node, and the nearest nodes.
//
// A node that dies cannot report it. A node is *heard* if a path of links leads to it, each of
// which is up according to a node that is heard itself; the last entry of a dead node about its
// links does not count. A node that is not heard is *down* if some of its neighbours are heard and
// all of them report their links to it as down, and *unreachable* if none of its neighbours is
// heard either. A crash and a cut from all neighbours cannot be distinguished from here, and are
// the same for clients.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/iso6709.h"
#include "peer/membership/membership.h"

namespace proxyherd::peer {

// One node as seen from here.
struct NodeView {
  std::string name;
  NodeState state = NodeState::kUnspecified;
  std::string reason;                   // of a state that the node did not publish itself
  bool expected = false;                // in the herd file
  bool heard = false;                   // a path of links leads there
  const MemberEntry* member = nullptr;  // in the membership; nullptr: never heard of
};

// Returns all nodes, by name; valid until the membership changes.
std::vector<NodeView> ViewNodes(const Membership& membership);

// Number of nodes in each state, indexed by the state's number.
using NodeCounts = std::array<uint64_t, kNodeStates>;
NodeCounts CountStates(const std::vector<NodeView>& nodes);

// Returns the number of current announcements of all nodes.
uint64_t CountAnnouncements(const Membership& membership, int64_t wall_ns);

// Returns true if new clients should prefer another node: nine tenths of the connections are in
// use.
bool IsBusy(const NodeLoad& load);

// A node and its distance.
struct FoundNode {
  const NodeView* node = nullptr;
  double distance_m = 0;
  std::string reason;  // why it was chosen, or not
};

struct FoundNodes {
  std::vector<FoundNode> chosen;       // nearest first
  std::vector<FoundNode> passed_over;  // nearer than the last of those, but not usable
};

// Maximum length of passed_over; more nodes that do not serve add no information.
inline constexpr size_t kMaxPassedOver = 100;

// Returns at most `max_nodes` of the nearest nodes that serve and are not busy. Nodes whose
// location is not known are left out. Valid as long as `nodes`.
FoundNodes FindNodes(const std::vector<NodeView>& nodes, Coordinates from, size_t max_nodes);

}  // namespace proxyherd::peer
