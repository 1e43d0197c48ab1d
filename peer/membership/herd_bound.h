// Finds the lowest limits of the herd's nodes. They bind all, as each node holds what any accepts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/env.h"
#include "core/table_limits.h"
#include "peer/membership/node_views.h"

namespace proxyherd::peer {

// A node that is no longer heard binds the others for this long, so that a restart or a short
// network cut does not let the herd grow beyond what the node can hold when it returns. A node that
// stays away does not bind the herd forever.
inline constexpr int64_t kBindsUnheardNs = 60 * kSecond;

// The other nodes' lowest limits, and the nodes that set them. A name is empty if this node's own
// limit is not higher.
struct HerdBound {
  GrowthLimit limit;         // minimum of the other nodes' limits
  std::string clients_node;  // its limit.clients is less than this node's own
  std::string bytes_node;    // likewise for limit.bytes
  bool operator==(const HerdBound&) const = default;
};

// Returns a text for logs and status; empty if no other node binds this one.
std::string Describe(const HerdBound& bound);

// No I/O. Accessed by the links thread only.
class HerdBoundFinder {
 public:
  explicit HerdBoundFinder(std::string own_node) : own_node_(std::move(own_node)) {}

  // Returns the bound set by the nodes of the herd file that are starting or serving and were last
  // heard less than kBindsUnheardNs ago. `own`: this node's limits; `now_ns`: monotonic.
  HerdBound Find(const std::vector<NodeView>& nodes, const GrowthLimit& own, int64_t now_ns);

 private:
  bool Binds(const NodeView& node, int64_t now_ns);

  const std::string own_node_;
  std::map<std::string, int64_t> heard_at_ns_;
};

}  // namespace proxyherd::peer
