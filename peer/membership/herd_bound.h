// The least limits of the herd's nodes: whatever one of them takes, all of them hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/env.h"
#include "core/table_limits.h"
#include "peer/membership/node_views.h"

namespace proxyherd {

// A node that is not heard binds the others so much longer: a restart, or a short cut, is not to
// fill the herd beyond what the node can hold when it comes back; a node that stays away is not to
// bind it for ever.
inline constexpr int64_t kBindsUnheardNs = 60 * kSecond;

// Who binds this node: other nodes whose limits are less than its own, which may be two. Empty
// names: its own limits are the least.
struct HerdBound {
  GrowthLimit limit;         // the least of the other nodes'
  std::string clients_node;  // whose limit.clients is less than this node's own
  std::string bytes_node;    // likewise
  bool operator==(const HerdBound&) const = default;
};

// For people; empty when no other node binds.
std::string Describe(const HerdBound& bound);

// Pure. Of the links thread.
class HerdBoundFinder {
 public:
  explicit HerdBoundFinder(std::string own_node) : own_node_(std::move(own_node)) {}

  // The bound by nodes of the herd file that start or serve and are heard, or were heard less than
  // kBindsUnheardNs ago. `own`: this node's limits; `now_ns`: monotonic.
  HerdBound Find(const std::vector<NodeView>& nodes, const GrowthLimit& own, int64_t now_ns);

 private:
  bool Binds(const NodeView& node, int64_t now_ns);

  const std::string own_node_;
  std::map<std::string, int64_t> heard_at_ns_;
};

}  // namespace proxyherd
