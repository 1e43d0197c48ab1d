// The clients' actions in a run: reports with ties, retries and late stamps, and queries.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tests/sim/model.h"
#include "tests/sim/node.h"
#include "tests/sim/plan.h"
#include "tests/sim/world.h"

namespace proxyherd::sim {

class Workload {
 public:
  Workload(World& world, const Plan& plan, Model& model,
           const std::vector<std::unique_ptr<Node>>& nodes);

  // Schedules the first reports.
  void Begin();
  // Some clients report now.
  void OnReport();

 private:
  struct Client {
    NodeId home = 0;
    int64_t clock_ns = 0;  // ahead of true time
    int64_t last_ns = 0;   // its last stamp
    int64_t payload = -1;  // its last
    bool lies = false;     // its clock is wrong at times
    int64_t lie_ns = 0;    // how wrong it is now
  };

  void Report(uint32_t client);
  uint32_t ChoosePayload(Client& client, uint32_t number);
  // Returns a serving node, the client's home if possible; nullptr if none serves.
  Node* Reach(Client& client);
  std::string TimeText(int64_t time_ns);

  World& world_;
  const Plan& plan_;
  Model& model_;
  const std::vector<std::unique_ptr<Node>>& nodes_;
  std::vector<Client> clients_;
  uint32_t preloaded_ = 0;
};

}  // namespace proxyherd::sim
