#include "peer/membership/herd_bound.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::peer {

bool HerdBoundFinder::Binds(const NodeView& node, int64_t now_ns) {
  const NodeState state = node.member->state;
  const bool takes_part = state == NodeState::kStarting || state == NodeState::kServing;
  if (!node.expected || !takes_part) {
    heard_at_ns_.erase(node.name);
    return false;
  }
  if (node.heard) heard_at_ns_[node.name] = now_ns;
  const auto heard_at = heard_at_ns_.find(node.name);
  if (heard_at == heard_at_ns_.end()) return false;
  if (now_ns < heard_at->second + kBindsUnheardNs) return true;
  heard_at_ns_.erase(heard_at);
  return false;
}

HerdBound HerdBoundFinder::Find(const std::vector<NodeView>& nodes, const GrowthLimit& own,
                                int64_t now_ns) {
  HerdBound bound;
  for (const NodeView& node : nodes) {
    if (node.member == nullptr || node.name == own_node_ || !Binds(node, now_ns)) continue;
    const uint64_t clients = node.member->load.max_clients;
    if (clients != 0 && clients < bound.limit.clients) {
      bound.limit.clients = clients;
      if (clients < own.clients) bound.clients_node = node.name;
    }
    const uint64_t bytes = node.member->max_table_bytes;
    if (bytes != 0 && bytes < bound.limit.bytes) {
      bound.limit.bytes = bytes;
      if (bytes < own.bytes) bound.bytes_node = node.name;
    }
  }
  return bound;
}

std::string Describe(const HerdBound& bound) {
  std::string text;
  if (!bound.clients_node.empty()) {
    absl::StrAppend(&text, bound.clients_node, " takes no more than ", bound.limit.clients,
                    " clients");
  }
  if (!bound.bytes_node.empty()) {
    absl::StrAppend(&text, text.empty() ? "" : ", and ", bound.bytes_node, " no more than ",
                    bound.limit.bytes, " bytes of table");
  }
  return text;
}

}  // namespace proxyherd::peer
