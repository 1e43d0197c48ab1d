#include "tools/herdctl/view/digest_walk.h"

#include <algorithm>
#include <map>
#include <utility>

namespace proxyherd::tools {
namespace {

// Removes and returns up to `max_ranges` ranges from the end.
std::vector<DigestRange> TakeLast(std::vector<DigestRange>& ranges, size_t max_ranges) {
  const auto begin =
      ranges.end() - static_cast<std::ptrdiff_t>(std::min(max_ranges, ranges.size()));
  std::vector<DigestRange> taken(begin, ranges.end());
  ranges.erase(begin, ranges.end());
  return taken;
}

}  // namespace

std::optional<DigestQuestion> DigestWalk::Next() {
  if (look_.clients.size() >= kMaxClients) {
    look_.complete = look_.complete && to_list_.empty() && to_divide_.empty();
    return std::nullopt;
  }
  if (to_list_.size() >= kMaxListed || (to_divide_.empty() && !to_list_.empty())) {
    return DigestQuestion{.for_clients = true, .ranges = TakeLast(to_list_, kMaxListed)};
  }
  if (to_divide_.empty()) return std::nullopt;
  return DigestQuestion{.for_clients = false, .ranges = TakeLast(to_divide_, kMaxRanges)};
}

bool DigestWalk::OnSums(const DigestQuestion& question,
                        const std::vector<std::vector<std::vector<PartSum>>>& by_node) {
  if (by_node.size() != nodes_) return false;
  for (size_t i = 0; i < question.ranges.size(); ++i) {
    std::vector<const std::vector<PartSum>*> parts;
    for (const auto& node : by_node) {
      if (i < node.size()) parts.push_back(&node[i]);
    }
    if (parts.size() < nodes_) {
      // Without this check a node that answers for no range would be asked forever.
      if (i == 0) return false;
      to_divide_.push_back(question.ranges[i]);
      continue;
    }
    for (const auto* node : parts) {
      const bool same_parts =
          std::equal(node->begin(), node->end(), parts[0]->begin(), parts[0]->end(),
                     [](const PartSum& a, const PartSum& b) { return a.range == b.range; });
      const bool deeper = std::all_of(node->begin(), node->end(), [&](const PartSum& part) {
        return part.range.bits > question.ranges[i].bits;
      });
      if (!same_parts || !deeper) return false;
    }
    CompareParts(parts);
  }
  return true;
}

void DigestWalk::CompareParts(const std::vector<const std::vector<PartSum>*>& by_node) {
  for (size_t part = 0; part < by_node[0]->size(); ++part) {
    const PartSum& first = (*by_node[0])[part];
    bool differs = false;
    uint64_t max_records = 0;
    for (const auto* node : by_node) {
      differs |= (*node)[part].sum != first.sum;
      max_records = std::max(max_records, (*node)[part].records);
    }
    if (!differs) continue;
    const bool list = max_records <= kFewClients || first.range.bits > kMaxDivisibleBits;
    (list ? to_list_ : to_divide_).push_back(first.range);
  }
}

void DigestWalk::OnClients(const std::vector<std::vector<ListedClients>>& by_range) {
  for (const std::vector<ListedClients>& nodes : by_range) {
    std::map<std::string, std::vector<std::optional<KnownReport>>> clients;
    for (size_t node = 0; node < nodes.size(); ++node) {
      look_.complete &= nodes[node].complete;
      for (const auto& [client, report] : nodes[node].clients) {
        auto& at = clients[client];
        at.resize(nodes_);
        at[node] = report;
      }
    }
    for (auto& [client, at] : clients) {
      const bool differs = std::any_of(at.begin(), at.end(),
                                       [&](const auto& report) { return report != at.front(); });
      if (differs) look_.clients.push_back({client, std::move(at)});
    }
  }
}

}  // namespace proxyherd::tools
