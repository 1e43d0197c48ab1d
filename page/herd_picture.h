// What a node knows of the herd at one moment, copied so that it can be shown at leisure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "peer/membership/link_view.h"
#include "peer/membership/node_views.h"

namespace proxyherd {

// A node, as in NodeView, with a copy of its notice.
struct PicturedNode {
  std::string name;
  NodeState state = NodeState::kUnspecified;
  std::string reason;
  bool expected = false;
  bool heard_of = false;
  MemberEntry notice;  // when heard_of
};

struct HerdPicture {
  // So many nodes and words are shown; a picture of more shows nothing.
  static constexpr size_t kMaxNodes = 256;
  static constexpr size_t kMaxWords = 32;

  std::vector<PicturedNode> nodes;  // by name
  size_t nodes_left_out = 0;
  LinkSetView links;  // of this node
};

HerdPicture TakePicture(const std::vector<NodeView>& nodes);

// Nodes, the graph and the words of people: what changes seldom. `wall_ns`: words that have expired
// are left out.
std::string HerdFrame(const HerdPicture& picture, int64_t wall_ns);

// `[{...},...]`: lag, round trip and flow of this node's own links. `before`: `seconds` earlier.
std::string LinksJson(const LinkSetView& links, const LinkSetView& before, double seconds);

}  // namespace proxyherd
