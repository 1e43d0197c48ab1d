#include "tests/sim/topology.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "tests/support/five_nodes.h"

namespace proxyherd::sim {
namespace {

// A node follows each neighbour with a cursor of its table. There are 32, including its watcher's.
constexpr size_t kMaxDegree = 30;

std::vector<std::string> NumberedNames(size_t nodes) {
  std::vector<std::string> names;
  for (size_t i = 0; i < nodes; ++i) {
    char name[24];
    std::snprintf(name, sizeof(name), "n%03zu", i);
    names.emplace_back(name);
  }
  return names;
}

void AddRing(size_t nodes, std::set<std::pair<NodeId, NodeId>>& links) {
  for (NodeId i = 0; i + 1 < nodes; ++i) links.insert({i, i + 1});
  if (nodes > 2) links.insert({0, static_cast<NodeId>(nodes - 1)});
}

void AddGrid(size_t nodes, std::set<std::pair<NodeId, NodeId>>& links) {
  NodeId width = 1;
  while (static_cast<size_t>(width + 1) * (width + 1) <= nodes) ++width;
  for (NodeId i = 0; i < nodes; ++i) {
    if ((i + 1) % width != 0 && i + 1 < nodes) links.insert({i, i + 1});
    if (i + width < nodes) links.insert({i, i + width});
  }
}

// Links each node except the first to an earlier one that is not full.
void AddTree(size_t nodes, Random& random, std::set<std::pair<NodeId, NodeId>>& links) {
  std::vector<size_t> degree(nodes, 0);
  for (NodeId i = 1; i < nodes; ++i) {
    NodeId parent = random.Below(i);
    while (degree[parent] + 1 >= kMaxDegree) parent = random.Below(i);
    ++degree[parent];
    ++degree[i];
    links.insert({parent, i});
  }
}

void AddRandom(size_t nodes, Random& random, std::set<std::pair<NodeId, NodeId>>& links) {
  AddTree(nodes, random, links);
  std::vector<size_t> degree(nodes, 0);
  for (const auto& [a, b] : links) ++degree[a], ++degree[b];
  for (size_t more = random.Below(nodes + 1); more > 0; --more) {
    const NodeId a = random.Below(nodes);
    const NodeId b = random.Below(nodes);
    if (a == b || degree[a] == kMaxDegree || degree[b] == kMaxDegree) continue;
    if (links.insert(std::minmax(a, b)).second) ++degree[a], ++degree[b];
  }
}

}  // namespace

std::vector<std::vector<NodeId>> Topology::Neighbours() const {
  std::vector<std::vector<NodeId>> neighbours(names.size());
  for (const auto& [a, b] : links) {
    neighbours[a].push_back(b);
    neighbours[b].push_back(a);
  }
  for (auto& of_one : neighbours) std::sort(of_one.begin(), of_one.end());
  return neighbours;
}

uint32_t Topology::Diameter() const {
  const auto neighbours = Neighbours();
  uint32_t max = 0;
  for (NodeId start = 0; start < names.size(); ++start) {
    std::vector<uint32_t> distance(names.size(), UINT32_MAX);
    std::vector<NodeId> reached = {start};
    distance[start] = 0;
    for (size_t i = 0; i < reached.size(); ++i) {
      for (const NodeId next : neighbours[reached[i]]) {
        if (distance[next] != UINT32_MAX) continue;
        distance[next] = distance[reached[i]] + 1;
        reached.push_back(next);
      }
    }
    max = std::max(max, distance[reached.back()]);
  }
  return max;
}

Topology SeedHerd() {
  const config::HerdFile herd = FiveNodes();
  Topology topology = {"the seed herd", {}, {}};
  for (const config::HerdNode& node : herd.nodes) topology.names.push_back(node.name);
  const auto id_of = [&](const std::string& name) {
    const auto found = std::find(topology.names.begin(), topology.names.end(), name);
    return static_cast<NodeId>(found - topology.names.begin());
  };
  for (const auto& [a, b] : herd.links) topology.links.emplace_back(id_of(a), id_of(b));
  return topology;
}

Topology DrawTopology(size_t nodes, Random& random) {
  Topology topology;
  topology.names = NumberedNames(nodes);
  std::set<std::pair<NodeId, NodeId>> links;
  switch (random.Below(5)) {
    case 0:
      topology.shape = "a ring";
      AddRing(nodes, links);
      break;
    case 1:
      topology.shape = "a grid";
      AddGrid(nodes, links);
      break;
    case 2:
      topology.shape = "a tree";
      AddTree(nodes, random, links);
      break;
    default:
      topology.shape = "random links";
      AddRandom(nodes, random, links);
      break;
  }
  topology.links.assign(links.begin(), links.end());
  return topology;
}

}  // namespace proxyherd::sim
