// States of nodes, derived.
#include "peer/membership/node_views.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/absl_strings.h"

namespace proxyherd {
namespace {

// Names of neighbours that a reason names; more say nothing new.
constexpr size_t kMaxNamed = 3;

// What the nodes that can be heard say of others.
struct Heard {
  std::set<std::string_view> nodes;
  // By a node, those that are linked with it and can be heard, by name.
  std::map<std::string_view, std::vector<std::string_view>> neighbours;
};

Heard Listen(const Membership& board) {
  Heard heard;
  std::vector<std::string_view> waiting = {board.own()};
  heard.nodes.insert(board.own());
  while (!waiting.empty()) {
    const auto found = board.nodes().find(std::string(waiting.back()));
    waiting.pop_back();
    if (found == board.nodes().end() || !found->second.notice.has_value()) continue;
    for (const LinkClaim& link : found->second.notice->links) {
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

// State and reason.
void Judge(const Membership::Entry& entry, const Heard& heard, NodeView& view) {
  view.heard = heard.nodes.count(view.name) != 0;
  if (view.heard) {
    view.state = entry.notice.has_value() ? entry.notice->state : NodeState::kStarting;
    if (!entry.notice.has_value()) view.reason = "linked, but its first notice has not come yet";
    return;
  }
  if (entry.notice.has_value() && entry.notice->state == NodeState::kStopped) {
    view.state = NodeState::kStopped;
    return;
  }
  view.state = NodeState::kDown;
  if (const auto found = heard.neighbours.find(view.name); found != heard.neighbours.end()) {
    view.reason = LinksDown(found->second);
  } else if (entry.notice.has_value()) {
    view.state = NodeState::kUnreachable;
    view.reason = "none of its neighbours can be heard";
  } else {
    view.reason = "nobody has heard of it";
  }
}

std::string ReasonOf(const NodeView& node) {
  if (node.state != NodeState::kServing) {
    return absl::StrCat(ToAbsl(NameOf(node.state)), node.reason.empty() ? "" : ": ", node.reason);
  }
  const NodeLoad& load = node.notice->load;
  std::string reason =
      absl::StrCat(IsBusy(load) ? "busy" : "serving", ": ", load.connections, " connections");
  if (load.max_connections > 0) absl::StrAppend(&reason, " of ", load.max_connections);
  return reason;
}

}  // namespace

std::vector<NodeView> ViewNodes(const Membership& board) {
  const Heard heard = Listen(board);
  std::vector<NodeView> views;
  views.reserve(board.nodes().size());
  for (const auto& [name, entry] : board.nodes()) {
    NodeView& view = views.emplace_back();
    view.name = name;
    view.expected = entry.expected;
    if (entry.notice.has_value()) view.notice = &*entry.notice;
    Judge(entry, heard, view);
  }
  return views;
}

NodeCounts CountStates(const std::vector<NodeView>& nodes) {
  NodeCounts counts{};
  for (const NodeView& node : nodes) ++counts[static_cast<size_t>(node.state)];
  return counts;
}

uint64_t CountAnnouncements(const Membership& board, int64_t wall_ns) {
  uint64_t count = 0;
  for (const auto& [name, entry] : board.nodes()) {
    if (!entry.notice.has_value()) continue;
    for (const Announcement& one : entry.notice->people) count += IsCurrent(one, wall_ns) ? 1 : 0;
  }
  return count;
}

bool IsBusy(const NodeLoad& load) {
  // In doubles: what comes from the wire may be any number.
  return load.max_connections > 0 && static_cast<double>(load.connections) * 10 >=
                                         static_cast<double>(load.max_connections) * 9;
}

FoundNodes FindNodes(const std::vector<NodeView>& nodes, Coordinates from, size_t most) {
  std::vector<FoundNode> near;
  for (const NodeView& node : nodes) {
    if (node.notice == nullptr) continue;
    const std::optional<Coordinates> at = ParseLocation(node.notice->address.location);
    if (at.has_value()) near.push_back({&node, DistanceMeters(from, *at), ReasonOf(node)});
  }
  // By name where they are equally far: nodes come by name.
  std::stable_sort(near.begin(), near.end(), [](const FoundNode& a, const FoundNode& b) {
    return a.distance_m < b.distance_m;
  });
  FoundNodes found;
  for (FoundNode& node : near) {
    if (found.chosen.size() >= most) break;
    if (node.node->state == NodeState::kServing && !IsBusy(node.node->notice->load)) {
      found.chosen.push_back(std::move(node));
    } else if (found.passed_over.size() < kMaxPassedOver) {
      found.passed_over.push_back(std::move(node));
    }
  }
  return found;
}

}  // namespace proxyherd
