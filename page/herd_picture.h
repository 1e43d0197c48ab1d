// A copy, for the page, of what a node knows about the herd at one moment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "peer/membership/link_view.h"
#include "peer/membership/node_views.h"

namespace proxyherd::page {

// A node as in NodeView, but with a copy of its membership entry.
struct PicturedNode {
  std::string name;
  peer::NodeState state = peer::NodeState::kUnspecified;
  std::string reason;
  bool expected = false;
  bool heard_of = false;
  peer::MemberEntry member;  // valid if heard_of
};

struct HerdPicture {
  // Maximum numbers of items shown; more would be unreadable.
  static constexpr size_t kMaxNodes = 256;
  static constexpr size_t kMaxAnnouncements = 32;

  std::vector<PicturedNode> nodes;  // by name
  size_t nodes_left_out = 0;
  peer::LinkSetView links;  // of this node
};

HerdPicture TakePicture(const std::vector<peer::NodeView>& nodes);

// Returns the herd frame, which changes rarely: nodes, links between them and announcements.
// Announcements that have expired at `wall_ns` are omitted.
std::string HerdFrame(const HerdPicture& picture, int64_t wall_ns);

// Returns `[{...},...]`: lag, round trip and rates of this node's own links. `before`: the links as
// they were `seconds` earlier.
std::string LinksJson(const peer::LinkSetView& links, const peer::LinkSetView& before,
                      double seconds);

}  // namespace proxyherd::page
