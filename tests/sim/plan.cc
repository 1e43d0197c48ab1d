#include "tests/sim/plan.h"

#include <algorithm>

#include "base/env.h"
#include "core/record.h"

namespace proxyherd::sim {
namespace {

constexpr int64_t kLoadNs = 60 * kSecond;
constexpr int64_t kSettleNs = 10 * kSecond;

// With this many nodes a run of the usual length would take minutes.
constexpr size_t kMany = 13;

Topology DrawHerd(size_t nodes, Random& random) {
  if (nodes != 0) return nodes == 5 ? SeedHerd() : DrawTopology(nodes, random);
  const uint32_t kind = random.Below(1000);
  if (kind < 720) return SeedHerd();
  if (kind < 985) return DrawTopology(static_cast<size_t>(random.Between(2, kMany - 1)), random);
  if (kind < 999) return DrawTopology(static_cast<size_t>(random.Between(kMany, 60)), random);
  return DrawTopology(static_cast<size_t>(random.Between(60, 1000)), random);
}

NetworkPlan DrawNetwork(Random& random) {
  NetworkPlan network;
  network.min_delay_ns = random.Spread(20 * kMicrosecond, kMillisecond);
  network.max_delay_ns = network.min_delay_ns * random.Between(1, 4);
  if (random.Chance(150)) {  // far apart
    network.min_delay_ns = random.Spread(kMillisecond, 100 * kMillisecond);
    network.max_delay_ns = network.min_delay_ns + random.Spread(kMillisecond, 50 * kMillisecond);
  }
  network.bytes_per_s = random.Spread(1'000'000, 1'000'000'000);
  network.buffer_bytes = static_cast<uint64_t>(random.Spread(1, 65'536));
  network.duplicated_dials = random.Chance(300) ? random.Below(300) : 0;
  return network;
}

std::vector<ClockPlan> DrawClocks(size_t nodes, Random& random, int64_t& max_skew_ns) {
  std::vector<ClockPlan> clocks(nodes);
  const int64_t max_offset_ns = random.Spread(kMicrosecond, kSecond);
  const int32_t max_drift = random.Chance(100) ? 20'000 : 100;
  max_skew_ns = 2 * (max_offset_ns + kLoadNs / 500'000 * max_drift);
  for (ClockPlan& clock : clocks) {
    clock.wall_offset_ns = random.Between(-max_offset_ns, max_offset_ns);
    clock.drift_ppm = static_cast<int32_t>(random.Between(-max_drift, max_drift));
  }
  return clocks;
}

WorkloadPlan DrawWorkload(Random& random) {
  WorkloadPlan workload;
  workload.clients = static_cast<uint32_t>(random.Spread(4, 1000));
  workload.reports_per_s = 200;
  workload.burst = random.Chance(500) ? 1 : static_cast<uint32_t>(random.Spread(2, 200));
  workload.preload = random.Chance(30) ? static_cast<uint32_t>(random.Spread(500, 16'000)) : 0;
  workload.hot = random.Chance(300) ? random.Below(900) : 0;
  workload.tied = random.Below(200);
  workload.retried = random.Below(100);
  workload.late = random.Below(200);
  workload.wander = random.Below(300);
  return workload;
}

// The time that a link needs to send a record of every client.
int64_t RoundNs(const Plan& plan) {
  constexpr int64_t kRecordBytes = kRecordHeaderBytes + 80;
  const int64_t clients = plan.workload.clients + plan.workload.preload;
  return clients * kRecordBytes * kSecond / plan.network.bytes_per_s;
}

// Makes links need seconds to bring a returned node up to date, besides all other faults.
void MakeSlow(Plan& plan, Random& random) {
  plan.kind += " on slow links";
  plan.workload.preload = 0;
  plan.network.bytes_per_s = random.Spread(8'000, 64'000);
  plan.settle_ns += 4 * RoundNs(plan) * plan.topology.Diameter();
}

// Nothing goes wrong except that the links are slower than the reports. Then answers about the
// client that reports most may be late, but the delay must not keep growing.
void MakeOverload(Plan& plan, Random& random) {
  plan.kind = "overload";
  plan.workload.clients = static_cast<uint32_t>(random.Between(60, 250));
  plan.workload.reports_per_s = 600;
  plan.workload.preload = 0;
  plan.workload.hot = 500;
  plan.network.bytes_per_s = random.Between(6'000, 9'000);
  plan.network.buffer_bytes = 8'192;
  plan.network.duplicated_dials = 0;
  plan.network.max_delay_ns = std::min(plan.network.max_delay_ns, 20 * kMillisecond);
  plan.network.min_delay_ns = std::min(plan.network.min_delay_ns, plan.network.max_delay_ns);
  plan.faults.clear();
  plan.max_future_ns = 0;
  plan.workload.liars = 0;
  plan.expiry = {};
  const int64_t round_ns = RoundNs(plan);
  const int64_t buffered_ns =
      static_cast<int64_t>(plan.network.buffer_bytes) * kSecond / plan.network.bytes_per_s;
  const int64_t hop_ns = 2 * round_ns + 2 * buffered_ns + kSecond;
  plan.max_stale_ns = hop_ns * plan.topology.Diameter();
  plan.settle_ns += plan.max_stale_ns;
}

// Removes steps of clocks from the plan, for promises that depend on clocks.
void DropClockSteps(Plan& plan) {
  std::erase_if(plan.faults,
                [](const FaultStep& step) { return step.kind == FaultKind::kStepClock; });
}

// Some clients' clocks are wrong, and the nodes bound the resulting loss.
void MakeLiars(Plan& plan, Random& random) {
  plan.kind += ", liars";
  plan.max_future_ns = random.Spread(kSecond, 8 * kSecond);
  plan.workload.liars = random.Chance(500) ? 10 : 200;
  plan.workload.late = plan.workload.tied = 0;
  DropClockSteps(plan);
}

// Clients are forgotten within the run. The grace period is longer than the faults.
void MakeExpiry(Plan& plan, Random& random) {
  plan.kind += ", expiry";
  plan.expiry.after_ns = random.Spread(2 * kSecond, 8 * kSecond);
  plan.expiry.grace_ns = 32 * kSecond;
  // Differences show only after the last node has deleted, when checks have become rare.
  plan.settle_ns += plan.expiry.grace_ns + 40 * kSecond;
  DropClockSteps(plan);
}

// Shortens a run with very many nodes, so that it takes seconds.
void MakeLight(Plan& plan) {
  const auto nodes = static_cast<int64_t>(plan.topology.Nodes());
  plan.load_ns = std::max(4 * kSecond, kLoadNs * static_cast<int64_t>(kMany) / (2 * nodes));
  plan.workload.clients = std::min(plan.workload.clients, 200U);
  plan.workload.preload = 0;
  if (nodes > 60) plan.workload.reports_per_s = 20;
  plan.settle_ns =
      kSettleNs + plan.topology.Diameter() * 2 * plan.network.max_delay_ns + 10 * kSecond;
}

// An upgrade that is under way, or was never finished.
void DrawOldNodes(Plan& plan, Random& random) {
  plan.kind += ", two releases";
  for (size_t node = 0; node < plan.topology.Nodes(); ++node) {
    plan.network.old_nodes.push_back(random.Chance(500));
  }
}

}  // namespace

Plan MakePlan(uint64_t seed, size_t nodes) {
  Random random(seed * 0x2545f4914f6cdd1dU + 1);
  Plan plan;
  plan.seed = seed;
  plan.topology = DrawHerd(nodes, random);
  plan.network = DrawNetwork(random);
  plan.clocks = DrawClocks(plan.topology.Nodes(), random, plan.max_skew_ns);
  plan.workload = DrawWorkload(random);
  plan.feed_min_entries = static_cast<size_t>(random.Spread(1, 4096));
  plan.load_ns = kLoadNs;
  plan.settle_ns = kSettleNs;
  const bool light = plan.topology.Nodes() >= kMany;
  if (light) MakeLight(plan);
  const uint32_t intensity = random.Below(10);
  uint32_t faults = intensity == 0 ? 0 : static_cast<uint32_t>(random.Spread(2, 60));
  if (light) faults = std::min(faults, 8U);
  plan.kind = faults == 0 ? "calm" : faults < 12 ? "some faults" : "a storm";
  plan.faults =
      DrawFaults(plan.topology, random.Below(2) * kSecond, plan.load_ns - kSecond, faults, random);
  if (random.Chance(100)) MakeLiars(plan, random);
  if (!light && random.Chance(100)) MakeExpiry(plan, random);
  if (!light && random.Chance(60)) {
    MakeSlow(plan, random);
  } else if (!light && random.Chance(40)) {
    MakeOverload(plan, random);
  }
  if (!plan.faults.empty() && random.Chance(400)) plan.network.late_answers = random.Below(800);
  if (random.Chance(250)) DrawOldNodes(plan, random);
  return plan;
}

}  // namespace proxyherd::sim
