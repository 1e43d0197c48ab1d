#include "tests/sim/simulation.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "tests/sim/model.h"
#include "tests/sim/network.h"
#include "tests/sim/newcomers.h"
#include "tests/sim/node.h"
#include "tests/sim/workload.h"

namespace proxyherd::sim {
namespace {

constexpr int64_t kCheckIntervalNs = 500 * kMillisecond;
// At the end of a run, the herd is checked at this interval until all nodes agree.
constexpr int64_t kSettleIntervalNs = 100 * kMillisecond;
// Then it must send nothing for this long.
constexpr int64_t kQuietTimeNs = 2 * kSecond;
// Ticks of a node per second; more mean that it spins.
constexpr uint64_t kMaxTicksPerSecond = 20'000;

class Simulation {
 public:
  Simulation(const Plan& plan, std::function<void(std::string_view)> trace);

  RunResult Run();

 private:
  void Dispatch(const Event& event);
  void RunUntil(int64_t until_ns);
  void Apply(const FaultStep& step);
  void Start(NodeId node);
  void Crash(NodeId node, bool silently);
  void EndFaults();
  void Check();
  void CheckStaleness();
  void Settle();
  bool Settled() const;
  bool AllSame() const;
  bool AllIsSaid() const;
  bool SameAsFirst(NodeId id) const;
  void CheckForgotten();
  void CheckQuiet();
  bool FeedsMayFill() const;
  void CheckTraffic();
  uint64_t RecordsSent() const;
  std::string WhatIsMissing() const;

  const Plan& plan_;
  World world_;
  std::vector<ProcessState> processes_;
  Network network_;
  Model model_;
  std::vector<std::unique_ptr<Node>> nodes_;
  Newcomers newcomers_;
  Workload workload_;
  bool loading_ = true;
  uint64_t fingerprint_ = 0;
  RunResult result_;
};

Simulation::Simulation(const Plan& plan, std::function<void(std::string_view)> trace)
    : plan_(plan),
      world_(plan.seed, std::move(trace)),
      processes_(plan.topology.Nodes()),
      network_(world_, plan.topology, plan.network, processes_),
      model_(world_, plan, [this](NodeId id) { return nodes_[id]->clock().NowNs(); }),
      newcomers_(world_, plan, processes_, model_, nodes_),
      workload_(world_, plan, model_, nodes_) {
  std::vector<std::vector<NodeLink>> links(plan.topology.Nodes());
  for (uint32_t i = 0; i < plan.topology.links.size(); ++i) {
    const auto& [a, b] = plan.topology.links[i];
    links[a].push_back({b, 2 * i});
    links[b].push_back({a, 2 * i + 1});
  }
  for (NodeId id = 0; id < plan.topology.Nodes(); ++id) {
    std::sort(links[id].begin(), links[id].end(),
              [](const NodeLink& a, const NodeLink& b) { return a.neighbour < b.neighbour; });
    nodes_.push_back(std::make_unique<Node>(world_, network_, model_, plan, id,
                                            std::move(links[id]), processes_[id]));
  }
}

RunResult Simulation::Run() {
  for (NodeId id = 0; id < nodes_.size(); ++id) Start(id);
  workload_.Begin();
  for (uint32_t i = 0; i < plan_.faults.size(); ++i) {
    world_.Push(plan_.faults[i].at_ns, EventKind::kFault, 0, 0, i);
  }
  world_.Push(kCheckIntervalNs, EventKind::kCheck, 0, 0);
  RunUntil(plan_.load_ns);
  loading_ = false;
  EndFaults();
  Settle();
  if (world_.failure.empty()) CheckQuiet();
  if (world_.failure.empty() && plan_.expiry.Enabled()) CheckForgotten();
  result_.failure = world_.failure;
  result_.simulated_ns = world_.now_ns();
  result_.fingerprint = fingerprint_;
  result_.covered = world_.covered;
  return result_;
}

void Simulation::RunUntil(int64_t until_ns) {
  while (!world_.queue.Empty() && world_.queue.NextAt() <= until_ns && world_.failure.empty()) {
    const Event event = world_.queue.Pop();
    world_.clock.AdvanceTo(event.at_ns);
    ++world_.covered.events;
    fingerprint_ =
        (fingerprint_ ^ static_cast<uint64_t>(event.at_ns) ^
         (static_cast<uint64_t>(event.kind) << 56) ^ (uint64_t{event.node} << 32) ^ event.detail) *
        0x9e3779b97f4a7c15U;
    Dispatch(event);
    network_.Sweep();
  }
  if (world_.failure.empty()) world_.clock.AdvanceTo(until_ns);
}

void Simulation::Dispatch(const Event& event) {
  switch (event.kind) {
    case EventKind::kDial:
      return network_.OnDial(event);
    case EventKind::kReport:
      if (loading_) workload_.OnReport();
      return;
    case EventKind::kFault:
      if (loading_) Apply(plan_.faults[event.detail]);
      return;
    case EventKind::kCheck:
      return Check();
    default:
      if (network_.Arrives(event)) nodes_[event.node]->Handle(event);
      return newcomers_.Look(event.node);
  }
}

void Simulation::Start(NodeId id) {
  if (nodes_[id]->alive()) return;
  nodes_[id]->Start();
  newcomers_.Started(id);
}

void Simulation::Crash(NodeId id, bool silently) {
  if (!nodes_[id]->alive()) return;
  ++world_.covered.crashes;
  world_.covered.records_sent += nodes_[id]->RecordsSent();
  nodes_[id]->Crash();
  network_.OnCrash(id, silently);
  std::vector<const Table*> living;
  for (const auto& node : nodes_) {
    if (node->alive()) living.push_back(&node->table());
  }
  model_.Crashed(living);
}

void Simulation::Apply(const FaultStep& step) {
  switch (step.kind) {
    case FaultKind::kCrash:
      return Crash(step.target, step.value != 0);
    case FaultKind::kStart:
      return Start(step.target);
    case FaultKind::kSlow:
      return nodes_[step.target]->SetCost(step.value);
    case FaultKind::kFreeze:
      ++world_.covered.freezes;
      return nodes_[step.target]->Freeze(step.value);
    case FaultKind::kStepClock:
      ++world_.covered.clock_steps;
      return nodes_[step.target]->StepClock(step.value);
    default:
      return network_.Apply(step);
  }
}

void Simulation::EndFaults() {
  world_.trace.Line(world_.now_ns(), "all faults end");
  network_.HealAll();
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    nodes_[id]->SetCost(0);
    nodes_[id]->Thaw();
    Start(id);
  }
}

void Simulation::Check() {
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    Node& node = *nodes_[id];
    if (!node.alive()) continue;
    model_.CheckMemory(id, node.table());
    if (node.TakeTicks() > kMaxTicksPerSecond / kSecond * kCheckIntervalNs + 1000) {
      world_.Fail(plan_.topology.names[id] + " spins");
    }
  }
  if (plan_.max_stale_ns != 0) CheckStaleness();
  world_.Push(world_.now_ns() + kCheckIntervalNs, EventKind::kCheck, 0, 0);
}

void Simulation::CheckStaleness() {
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    model_.Ask(id, nodes_[id]->table(), 0);
    const int64_t since_ns = model_.StaleSinceNs(id);
    const int64_t age_ns = since_ns < 0 ? 0 : world_.now_ns() - since_ns;
    world_.covered.stalest_ns = std::max(world_.covered.stalest_ns, age_ns);
    if (age_ns <= plan_.max_stale_ns) continue;
    world_.Fail(plan_.topology.names[id] + " has not heard of the client that reports most for " +
                std::to_string(age_ns / kMillisecond) + " ms; " +
                std::to_string(plan_.max_stale_ns / kMillisecond) + " are allowed");
  }
}

uint64_t Simulation::RecordsSent() const {
  uint64_t sum = 0;
  for (const auto& node : nodes_) sum += node->RecordsSent();
  return sum;
}

bool Simulation::SameAsFirst(NodeId id) const {
  const std::optional<TableDigest> digest = nodes_[id]->table().Digest();
  const std::optional<TableDigest> of_first = nodes_[0]->table().Digest();
  return digest.has_value() && of_first.has_value() && SameContents(*digest, *of_first);
}

std::string Simulation::WhatIsMissing() const {
  // Tables first, because views follow from them.
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    const peer::LinkSet& links = nodes_[id]->links();
    if (!links.ready()) {
      return plan_.topology.names[id] + " is not ready: " + links.View().waiting_for;
    }
  }
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    const std::string& name = plan_.topology.names[id];
    const peer::LinkSetView view = nodes_[id]->links().View();
    for (const peer::LinkView& link : view.links) {
      if (link.outgoing != peer::LinkState::kUp) {
        return "the link from " + name + " to " + link.neighbour + " is down: " + link.reason;
      }
      if (!link.agrees || link.divergent != 0) {
        return name + " does not know that " + link.neighbour +
               " agrees: " + std::to_string(link.differing) + " differ";
      }
      if (link.incoming != peer::LinkState::kUp) {
        return "the link to " + name + " from " + link.neighbour + " is down";
      }
    }
    if (!SameAsFirst(id)) {
      return "diverged: the digests of " + plan_.topology.names[0] + " and " + name + " differ";
    }
    if (!nodes_[id]->links().Flushed()) return name + " has not flushed its changes";
    if (!nodes_[id]->RepairIsKnown()) {
      return name + " does not know that a neighbour has been repaired";
    }
    if (view.nodes[static_cast<size_t>(peer::NodeState::kServing)] != nodes_.size()) {
      return name + " does not know that all nodes serve";
    }
  }
  return "";
}

bool Simulation::AllSame() const {
  for (NodeId id = 1; id < nodes_.size(); ++id) {
    if (!SameAsFirst(id)) return false;
  }
  return true;
}

bool Simulation::Settled() const { return AllSame() && WhatIsMissing().empty(); }

// Returns true if all links are up and each neighbour has acknowledged everything sent to it.
bool Simulation::AllIsSaid() const {
  for (const auto& node : nodes_) {
    if (!node->links().Flushed()) return false;
    for (const peer::LinkView& link : node->links().View().links) {
      const bool up =
          link.outgoing == peer::LinkState::kUp && link.incoming == peer::LinkState::kUp;
      if (!up || link.repairing) return false;
    }
  }
  return true;
}

void Simulation::Settle() {
  const int64_t deadline_ns = plan_.load_ns + plan_.settle_ns;
  while (world_.failure.empty() && !Settled()) {
    if (world_.now_ns() >= deadline_ns) {
      world_.Fail(WhatIsMissing() + ", " + std::to_string(plan_.settle_ns / kSecond) +
                  " s after the last fault");
      return;
    }
    // Links whose tables differ for seconds compare them again, which would hide the bug that lost
    // a record; so the check comes before that.
    if (!plan_.expiry.Enabled() && AllIsSaid() && !AllSame()) {
      world_.Fail("all that there was to send has arrived, and yet the digests differ");
      return;
    }
    RunUntil(world_.now_ns() + kSettleIntervalNs);
  }
  result_.settled_ns = world_.now_ns() - plan_.load_ns;
}

// The herd has settled: watchers receive the last changes, and nothing more is sent.
void Simulation::CheckQuiet() {
  const uint64_t before = RecordsSent();
  RunUntil(world_.now_ns() + kQuietTimeNs);
  if (!world_.failure.empty()) return;
  world_.covered.records_sent += RecordsSent();
  if (RecordsSent() != before) {
    world_.Fail("the idle herd has sent " + std::to_string(RecordsSent() - before) + " records");
  }
  if (plan_.faults.empty()) CheckTraffic();
  const std::string missing = WhatIsMissing();
  if (!missing.empty()) world_.Fail(missing + ", though it had settled");
  std::vector<const Table*> tables;
  for (const auto& node : nodes_) tables.push_back(&node->table());
  if (world_.failure.empty()) model_.CheckEnd(tables);
}

// Returns true if more reports may be in transit than the smallest feeds hold, with a margin of a
// quarter because a few reports are not spread evenly over the stripes.
bool Simulation::FeedsMayFill() const {
  const WorkloadPlan& load = plan_.workload;
  const int64_t round_ns = 2 * (plan_.network.max_delay_ns + peer::kAcknowledgeIntervalNs);
  const int64_t on_way =
      load.preload + 2 * int64_t{load.burst} + load.reports_per_s * round_ns / kSecond;
  return on_way > static_cast<int64_t>(kStripes * plan_.feed_min_entries / 4);
}

// If nothing goes wrong, a report first reaches each node by one link, and does not go back on that
// link; on every other link both ends may send it at the same time. Besides, a link may send all
// records once when it comes up.
//
// A follower of a full feed is evicted and scans the table. A scan does not know by which links the
// records came or which are already in transit, so each direction of each link may carry a report
// twice.
void Simulation::CheckTraffic() {
  const uint64_t nodes = nodes_.size();
  const uint64_t directions = 2 * plan_.topology.links.size();
  const uint64_t max_for_each = FeedsMayFill() ? 2 * directions : directions - (nodes - 1);
  const uint64_t max = world_.covered.reports * max_for_each + model_.clients() * nodes;
  if (world_.covered.records_sent <= max) return;
  world_.Fail("the links have carried " + std::to_string(world_.covered.records_sent) +
              " records for " + std::to_string(world_.covered.reports) + " reports; at most " +
              std::to_string(max) + " were needed");
}

// Without further reports the last record expires, and none returns.
void Simulation::CheckForgotten() {
  const ExpiryRule& rule = plan_.expiry;
  const uint64_t before = RecordsSent();
  RunUntil(world_.now_ns() + rule.after_ns + rule.grace_ns + 2 * rule.TickNs() + 2 * kSecond);
  if (!world_.failure.empty()) return;
  std::vector<const Table*> tables;
  for (const auto& node : nodes_) tables.push_back(&node->table());
  model_.CheckForgotten(tables);
  if (RecordsSent() != before) {
    world_.Fail("records were sent while nothing but their age changed");
  }
}

}  // namespace

RunResult RunPlan(const Plan& plan, std::function<void(std::string_view line)> trace) {
  return Simulation(plan, std::move(trace)).Run();
}

}  // namespace proxyherd::sim
