// What follows from the notices of all nodes: who is up, who is not, and who is near.
//
// A node that dies cannot say so. Those that this node can hear are the ones that a way of links
// leads to, each of which is up by the word of a node that is heard itself: what a dead node said
// last of its links counts for nothing. A node that is not heard is *down* when neighbours of it
// are heard, which all say that their links to it are down; and *unreachable* when none of them is
// heard either. Whether it has died or is cut off from all of them cannot be told apart from here,
// and is the same for clients.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/iso6709.h"
#include "peer/membership/membership.h"

namespace proxyherd {

// One node as seen from here.
struct NodeView {
  std::string name;
  NodeState state = NodeState::kUnspecified;
  std::string reason;                   // of a state that the node did not tell itself
  bool expected = false;                // in the herd file
  bool heard = false;                   // a way of links leads there
  const MemberEntry* notice = nullptr;  // the board's; nullptr: never heard of
};

// All nodes, by name; valid until the board changes.
std::vector<NodeView> ViewNodes(const Membership& board);

// How many are in each state, by number.
using NodeCounts = std::array<uint64_t, kNodeStates>;
NodeCounts CountStates(const std::vector<NodeView>& nodes);

// How many notices for people are current, of all nodes.
uint64_t CountAnnouncements(const Membership& board, int64_t wall_ns);

// Whether new clients had better go elsewhere: nine tenths of the connections are taken.
bool IsBusy(const NodeLoad& load);

// A node and how far it is.
struct FoundNode {
  const NodeView* node = nullptr;
  double distance_m = 0;
  std::string reason;  // why it was chosen, or not
};

struct FoundNodes {
  std::vector<FoundNode> chosen;       // nearest first
  std::vector<FoundNode> passed_over;  // nearer than the last of those, but not to be used
};

// More that do not serve tell nobody anything new.
inline constexpr size_t kMaxPassedOver = 100;

// The nearest nodes that serve and are not busy, `most` at most. Nodes whose place is not known are
// left out. Valid as long as `nodes`.
FoundNodes FindNodes(const std::vector<NodeView>& nodes, Coordinates from, size_t most);

}  // namespace proxyherd
