// Which nodes a simulated herd has, and which of them are linked.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/event_queue.h"
#include "tests/sim/random.h"

namespace proxyherd::sim {

struct Topology {
  std::string shape;
  std::vector<std::string> names;  // sorted, so that ids compare as names do
  std::vector<std::pair<NodeId, NodeId>> links;

  size_t Nodes() const { return names.size(); }
  // Neighbours of each node, ascending.
  std::vector<std::vector<NodeId>> Neighbours() const;
  // The maximum distance between two nodes, in links.
  uint32_t Diameter() const;
};

// The five nodes and six links of the classic specification.
Topology SeedHerd();

// A connected graph of `nodes` >= 2: a ring, a tree, a grid, a line, a star or random links.
Topology DrawTopology(size_t nodes, Random& random);

}  // namespace proxyherd::sim
