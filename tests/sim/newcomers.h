// Checks the records that a node must know after its start before it serves clients: it must not
// answer `?` for clients that all its neighbours know.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tests/sim/model.h"
#include "tests/sim/node.h"
#include "tests/sim/plan.h"
#include "tests/sim/world.h"

namespace proxyherd::sim {

class Newcomers {
 public:
  // References must outlive this object; `nodes` may be filled later.
  Newcomers(World& world, const Plan& plan, const std::vector<ProcessState>& processes,
            Model& model, const std::vector<std::unique_ptr<Node>>& nodes);

  // A process has just started at the node.
  void Started(NodeId node);
  // Checks the node after an event, which may have made it ready.
  void Look(NodeId node) {
    if (!news_[node].known.empty()) CheckReady(node);
  }

 private:
  struct News {
    std::vector<TakeId> known;  // by client: the minimum at each neighbour; empty: not checked
    int64_t started_ns = 0;
    std::vector<uint32_t> incarnations;  // of the neighbours then
  };
  void CheckReady(NodeId node);

  World& world_;
  const Plan& plan_;
  const std::vector<ProcessState>& processes_;
  Model& model_;
  const std::vector<std::unique_ptr<Node>>& nodes_;
  const std::vector<std::vector<NodeId>> neighbours_;
  std::vector<News> news_;
};

}  // namespace proxyherd::sim
