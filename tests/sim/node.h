// One simulated node: its clocks, and its process with the real table, links and a watcher.
#pragma once

#include <cassert>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "core/table.h"
#include "peer/link/link_set.h"
#include "tests/sim/model.h"
#include "tests/sim/network.h"
#include "tests/sim/node_clock.h"
#include "tests/sim/plan.h"
#include "tests/sim/world.h"

namespace proxyherd::sim {

struct NodeLink {
  NodeId neighbour;
  uint32_t direction;  // from this node to it
};

class Node : public peer::LinkSet::Owner {
 public:
  Node(World& world, Network& network, Model& model, const Plan& plan, NodeId id,
       std::vector<NodeLink> links, ProcessState& state);
  ~Node() override;

  // A process begins with an empty table and a new epoch. REQUIRES: none is running.
  void Start();
  // The process loses all it knows. REQUIRES: one is running.
  void Crash();
  // Executes an event of this process: now, or when the process is no longer busy or frozen.
  void Handle(const Event& event);

  void Freeze(int64_t ns);
  void SetCost(int64_t ns_per_event) { cost_ns_ = ns_per_event; }
  // The node is no longer frozen.
  void Thaw();
  void StepClock(int64_t ns) { clock_.Step(ns); }

  bool alive() const { return state_.alive; }
  // Returns true if clients are answered: the process is ready and not frozen.
  bool Serves() const;
  bool frozen() const { return frozen_until_ns_ > world_.now_ns(); }
  // REQUIRES: alive().
  Table& table() {
    assert(alive());
    return *table_;
  }
  peer::LinkSet& links() {
    assert(alive());
    return *links_;
  }
  NodeClock& clock() { return clock_; }
  // Returns true if it knows that each linked neighbour has the records known here before they were
  // linked, which --ack_after=neighbour needs.
  bool RepairIsKnown() const;
  // Returns how many times its links' timers were due since the last call.
  uint64_t TakeTicks() { return std::exchange(ticks_, 0); }
  // Records sent by the present process, in total.
  uint64_t RecordsSent() const;

 private:
  class Dialler;

  void Run(const Event& event);
  void RunAll();
  void Tick();
  void ArmTimer();
  void ReadChanges();
  peer::LinkIdentity MakeIdentity();
  uint32_t IndexOf(const std::string& neighbour) const;

  // LinkSet::Owner
  std::unique_ptr<peer::LinkSender::Transport> MakeTransport(peer::Link& link) override;
  void Wake() override;
  void OnEvent(const peer::LinkEvent& event) override;
  void OnReady() override;
  void OnDisplaced() override;
  void OnHeld(const std::string& neighbour, const HeldPositions& held) override;

  World& world_;
  Network& network_;
  Model& model_;
  const Plan& plan_;
  const NodeId id_;
  const std::vector<NodeLink> neighbours_;  // by name
  ProcessState& state_;
  NodeClock clock_;

  int64_t frozen_until_ns_ = 0;
  bool stopped_ = false;  // frozen as a whole, not only busy
  int64_t cost_ns_ = 0;
  std::deque<Event> inbox_;  // events that came while it was busy

  // State of the process.
  std::unique_ptr<Table> table_;
  std::unique_ptr<Cursor> watcher_;
  std::unique_ptr<peer::LinkSet> links_;
  std::vector<HeldPositions> held_;  // by its neighbours
  RecordBatch changes_{4096};
  int64_t watch_delay_ns_ = 0;
  int64_t timer_at_ns_ = 0;
  uint64_t ticks_ = 0;
};

}  // namespace proxyherd::sim
