// Views derived from the membership: the state of each node, and the nearest nodes.
//
// A node that dies cannot report it. A node is *heard* if a path of links leads to it, where each
// link is up according to a node that is itself heard; a dead node's last claims about its links
// are ignored. A node that is not heard is *unreachable* if it has an entry and none of its
// neighbours is heard. Otherwise it is *down*: all neighbours that are heard report their links to
// it as down. From here a crash cannot be distinguished from a cut from all neighbours; for clients
// both are the same.
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
  std::string reason;                   // why the state is derived, if the node did not publish it
  bool expected = false;                // in the herd file
  bool heard = false;                   // a path of links leads there
  const MemberEntry* member = nullptr;  // in the membership; nullptr: nothing received yet
};

// Returns all nodes, by name; valid until the membership changes.
std::vector<NodeView> ViewNodes(const Membership& membership);

// The number of nodes in each state; the index is the state's number.
using NodeCounts = std::array<uint64_t, kNodeStates>;
NodeCounts CountStates(const std::vector<NodeView>& nodes);

// Returns the number of current announcements of all nodes.
uint64_t CountAnnouncements(const Membership& membership, int64_t wall_ns);

// Returns true if new clients should prefer another node, because nine tenths of the maximum
// connections are open.
bool IsBusy(const NodeLoad& load);

// A node and its distance.
struct FoundNode {
  const NodeView* node = nullptr;
  double distance_m = 0;
  std::string reason;  // why it was chosen, or not
};

struct FoundNodes {
  std::vector<FoundNode> chosen;       // nearest first
  std::vector<FoundNode> passed_over;  // nearer than the last chosen node, but not usable
};

// Maximum length of passed_over. Listing more unusable nodes would add no information.
inline constexpr size_t kMaxPassedOver = 100;

// Returns the nearest nodes that serve and are not busy, at most `max_nodes`. Nodes without a known
// location are omitted. The result is valid as long as `nodes`.
FoundNodes FindNodes(const std::vector<NodeView>& nodes, Coordinates from, size_t max_nodes);

}  // namespace proxyherd::peer
