#include "peer/membership/node_views.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/absl_strings.h"

namespace proxyherd::peer {
namespace {

// Maximum number of neighbours that a reason names; more names add nothing.
constexpr size_t kMaxNamed = 3;

// What heard nodes report about others.
struct Heard {
  std::set<std::string_view> nodes;
  // For each node, the heard nodes that are linked with it, by name.
  std::map<std::string_view, std::vector<std::string_view>> neighbours;
};

Heard Listen(const Membership& membership) {
  Heard heard;
  std::vector<std::string_view> waiting = {membership.own()};
  heard.nodes.insert(membership.own());
  while (!waiting.empty()) {
    const auto found = membership.nodes().find(std::string(waiting.back()));
    waiting.pop_back();
    if (found == membership.nodes().end() || !found->second.member.has_value()) continue;
    for (const LinkClaim& link : found->second.member->links) {
      heard.neighbours[link.neighbour].push_back(found->first);
      const bool up = link.outgoing_up || link.incoming_up;
      if (up && heard.nodes.insert(link.neighbour).second) waiting.push_back(link.neighbour);
    }
  }
  return heard;
}

std::string LinksDown(std::vector<std::string_view> neighbours) {
  std::sort(neighbours.begin(), neighbours.end());
  const size_t more = neighbours.size() - std::min(neighbours.size(), kMaxNamed);
  neighbours.resize(neighbours.size() - more);
  std::string names = absl::StrJoin(
      neighbours, ", ", [](std::string* out, std::string_view name) { out->append(name); });
  if (more > 0) absl::StrAppend(&names, " and ", more, " more");
  return absl::StrCat("no link to it is up, say ", names);
}

// Sets the state and its reason.
void DeriveState(const Membership::Entry& entry, const Heard& heard, NodeView& view) {
  view.heard = heard.nodes.count(view.name) != 0;
  if (view.heard) {
    view.state = entry.member.has_value() ? entry.member->state : NodeState::kStarting;
    if (!entry.member.has_value())
      view.reason = "linked, but its first membership entry has not arrived yet";
    return;
  }
  if (entry.member.has_value() && entry.member->state == NodeState::kStopped) {
    view.state = NodeState::kStopped;
    return;
  }
  view.state = NodeState::kDown;
  if (const auto found = heard.neighbours.find(view.name); found != heard.neighbours.end()) {
    view.reason = LinksDown(found->second);
  } else if (entry.member.has_value()) {
    view.state = NodeState::kUnreachable;
    view.reason = "none of its neighbours is heard";
  } else {
    view.reason = "it has never been heard of";
  }
}

std::string ReasonOf(const NodeView& node) {
  if (node.state != NodeState::kServing) {
    return absl::StrCat(ToAbsl(NameOf(node.state)), node.reason.empty() ? "" : ": ", node.reason);
  }
  const NodeLoad& load = node.member->load;
  std::string reason =
      absl::StrCat(IsBusy(load) ? "busy" : "serving", ": ", load.connections, " connections");
  if (load.max_connections > 0) absl::StrAppend(&reason, " of ", load.max_connections);
  return reason;
}

}  // namespace

std::vector<NodeView> ViewNodes(const Membership& membership) {
  const Heard heard = Listen(membership);
  std::vector<NodeView> views;
  views.reserve(membership.nodes().size());
  for (const auto& [name, entry] : membership.nodes()) {
    NodeView& view = views.emplace_back();
    view.name = name;
    view.expected = entry.expected;
    if (entry.member.has_value()) view.member = &*entry.member;
    DeriveState(entry, heard, view);
  }
  return views;
}

NodeCounts CountStates(const std::vector<NodeView>& nodes) {
  NodeCounts counts{};
  for (const NodeView& node : nodes) ++counts[static_cast<size_t>(node.state)];
  return counts;
}

uint64_t CountAnnouncements(const Membership& membership, int64_t wall_ns) {
  uint64_t count = 0;
  for (const auto& [name, entry] : membership.nodes()) {
    if (!entry.member.has_value()) continue;
    for (const Announcement& one : entry.member->people) count += IsCurrent(one, wall_ns) ? 1 : 0;
  }
  return count;
}

bool IsBusy(const NodeLoad& load) {
  // Compares doubles, because a number from the wire may have any value.
  return load.max_connections > 0 && static_cast<double>(load.connections) * 10 >=
                                         static_cast<double>(load.max_connections) * 9;
}

FoundNodes FindNodes(const std::vector<NodeView>& nodes, Coordinates from, size_t max_nodes) {
  std::vector<FoundNode> near;
  for (const NodeView& node : nodes) {
    if (node.member == nullptr) continue;
    const std::optional<Coordinates> at = ParseLocation(node.member->address.location);
    if (at.has_value()) near.push_back({&node, DistanceMeters(from, *at), ReasonOf(node)});
  }
  // Stable, so that nodes at equal distances stay ordered by name.
  std::stable_sort(near.begin(), near.end(), [](const FoundNode& a, const FoundNode& b) {
    return a.distance_m < b.distance_m;
  });
  FoundNodes found;
  for (FoundNode& node : near) {
    if (found.chosen.size() >= max_nodes) break;
    if (node.node->state == NodeState::kServing && !IsBusy(node.node->member->load)) {
      found.chosen.push_back(std::move(node));
    } else if (found.passed_over.size() < kMaxPassedOver) {
      found.passed_over.push_back(std::move(node));
    }
  }
  return found;
}

}  // namespace proxyherd::peer
