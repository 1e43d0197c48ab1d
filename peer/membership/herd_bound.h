// The minimum of the limits of the herd's nodes: every node holds all that any of them accepts.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/env.h"
#include "core/table_limits.h"
#include "peer/membership/node_views.h"

namespace proxyherd::peer {

// A node that is no longer heard binds the others for this time, so that a restart or a short cut
// does not let the herd grow beyond what the node can hold when it returns. A node that stays away
// does not bind the herd for ever.
inline constexpr int64_t kBindsUnheardNs = 60 * kSecond;

// The nodes that bind this one because their limits are lower than its own; they may be two. Empty
// names: its own limits are the lowest.
struct HerdBound {
  GrowthLimit limit;         // the minimum of the other nodes'
  std::string clients_node;  // whose limit.clients is less than this node's own
  std::string bytes_node;    // likewise
  bool operator==(const HerdBound&) const = default;
};

// Text for logs and status; empty if no other node binds.
std::string Describe(const HerdBound& bound);

// Pure. Accessed by the links thread only.
class HerdBoundFinder {
 public:
  explicit HerdBoundFinder(std::string own_node) : own_node_(std::move(own_node)) {}

  // Returns the bound by nodes of the herd file that are starting or serving, and are heard or were
  // heard less than kBindsUnheardNs ago. `own`: this node's limits; `now_ns`: monotonic.
  HerdBound Find(const std::vector<NodeView>& nodes, const GrowthLimit& own, int64_t now_ns);

 private:
  bool Binds(const NodeView& node, int64_t now_ns);

  const std::string own_node_;
  std::map<std::string, int64_t> heard_at_ns_;
};

}  // namespace proxyherd::peer
