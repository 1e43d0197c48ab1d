// A copy of what a node knows of the herd at one moment, for the page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "peer/membership/link_view.h"
#include "peer/membership/node_views.h"

namespace proxyherd::page {

// A node, as in NodeView, with a copy of its member entry.
struct PicturedNode {
  std::string name;
  peer::NodeState state = peer::NodeState::kUnspecified;
  std::string reason;
  bool expected = false;
  bool heard_of = false;
  peer::MemberEntry member;  // valid if heard_of
};

struct HerdPicture {
  // Maximum numbers shown; more would be unreadable.
  static constexpr size_t kMaxNodes = 256;
  static constexpr size_t kMaxAnnouncements = 32;

  std::vector<PicturedNode> nodes;  // by name
  size_t nodes_left_out = 0;
  peer::LinkSetView links;  // of this node
};

HerdPicture TakePicture(const std::vector<peer::NodeView>& nodes);

// The rarely changing part: nodes, the graph and announcements. Announcements that have expired at
// `wall_ns` are omitted.
std::string HerdFrame(const HerdPicture& picture, int64_t wall_ns);

// `[{...},...]`: lag, round trip and rates of this node's own links. `before`: the links `seconds`
// earlier.
std::string LinksJson(const peer::LinkSetView& links, const peer::LinkSetView& before,
                      double seconds);

}  // namespace proxyherd::page
