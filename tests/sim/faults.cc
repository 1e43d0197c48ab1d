#include "tests/sim/faults.h"

#include <algorithm>

#include "base/env.h"

namespace proxyherd::sim {
namespace {

// From shorter than the links notice to longer than they tolerate.
constexpr int64_t kShortestNs = 2 * kMillisecond;
constexpr int64_t kLongestNs = 8 * kSecond;

class Schedule {
 public:
  Schedule(const Topology& topology, int64_t from_ns, int64_t until_ns, Random& random)
      : topology_(topology), from_ns_(from_ns), until_ns_(until_ns), random_(random) {}

  void AddFault();
  std::vector<FaultStep> Take() {
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const FaultStep& a, const FaultStep& b) { return a.at_ns < b.at_ns; });
    return std::move(steps_);
  }

 private:
  int64_t Begin() { return random_.Between(from_ns_, until_ns_); }
  int64_t Duration() { return random_.Spread(kShortestNs, kLongestNs); }
  uint32_t AnyLink() { return random_.Below(topology_.links.size()); }
  uint32_t AnyDirection() { return random_.Below(2 * topology_.links.size()); }
  NodeId AnyNode() { return random_.Below(topology_.Nodes()); }

  void Between(int64_t begin_ns, int64_t end_ns, FaultKind begin, FaultKind end, uint32_t target,
               int64_t value = 0) {
    steps_.push_back({begin_ns, begin, target, value});
    steps_.push_back({end_ns, end, target, 0});
  }
  void StopLink(uint32_t link, bool lose, int64_t begin_ns, int64_t end_ns) {
    for (const uint32_t direction : {2 * link, 2 * link + 1}) {
      StopDirection(direction, lose, begin_ns, end_ns);
    }
  }
  void StopDirection(uint32_t direction, bool lose, int64_t begin_ns, int64_t end_ns) {
    Between(begin_ns, end_ns, lose ? FaultKind::kCut : FaultKind::kClog,
            lose ? FaultKind::kMend : FaultKind::kUnclog, direction);
  }

  void CutGroup();
  void SwizzleClog();
  void CrashSome();
  void Degrade();

  const Topology& topology_;
  const int64_t from_ns_;
  const int64_t until_ns_;
  Random& random_;
  std::vector<FaultStep> steps_;
};

// Stops all traffic between two parts of the herd, perhaps in one direction only.
void Schedule::CutGroup() {
  std::vector<bool> inside(topology_.Nodes());
  for (size_t i = 0; i < inside.size(); ++i) inside[i] = random_.Chance(500);
  const int64_t begin_ns = Begin();
  const int64_t end_ns = begin_ns + Duration();
  const bool lose = random_.Chance(600);
  const uint32_t way = random_.Below(4);  // 0: inwards only, 1: outwards only
  for (uint32_t link = 0; link < topology_.links.size(); ++link) {
    const auto& [a, b] = topology_.links[link];
    if (inside[a] == inside[b]) continue;
    const uint32_t inwards = inside[b] ? 2 * link : 2 * link + 1;
    if (way != 1) StopDirection(inwards, lose, begin_ns, end_ns);
    if (way != 0) StopDirection(inwards ^ 1U, lose, begin_ns, end_ns);
  }
}

// Stops links one by one and resumes them in another order, which leads through states that no plan
// foresees.
void Schedule::SwizzleClog() {
  const int64_t begin_ns = Begin();
  const int64_t stopped_ns = begin_ns + Duration();
  const int64_t restored_ns = stopped_ns + Duration();
  const uint32_t share = 200 + random_.Below(800);
  for (uint32_t link = 0; link < topology_.links.size(); ++link) {
    if (!random_.Chance(share)) continue;
    StopLink(link, random_.Chance(200), random_.Between(begin_ns, stopped_ns),
             random_.Between(stopped_ns, restored_ns));
  }
}

void Schedule::CrashSome() {
  const int64_t begin_ns = Begin();
  const bool silently = random_.Chance(300);
  const uint32_t share = random_.Chance(300) ? 200 + random_.Below(700) : 0;
  const NodeId one = AnyNode();
  for (NodeId node = 0; node < topology_.Nodes(); ++node) {
    if (node != one && !random_.Chance(share)) continue;
    const int64_t at_ns = begin_ns + (share == 0 ? 0 : random_.Between(0, kSecond));
    Between(at_ns, at_ns + Duration(), FaultKind::kCrash, FaultKind::kStart, node,
            silently ? 1 : 0);
  }
}

// Makes networks slow.
void Schedule::Degrade() {
  const int64_t begin_ns = Begin();
  const uint32_t direction = AnyDirection();
  const int64_t end_ns = begin_ns + Duration();
  if (random_.Chance(500)) {
    Between(begin_ns, end_ns, FaultKind::kSpeed, FaultKind::kSpeed, direction,
            random_.Spread(2'000, 1'000'000));
  } else {
    Between(begin_ns, end_ns, FaultKind::kDelay, FaultKind::kDelay, direction,
            random_.Spread(kMillisecond, kSecond));
  }
}

void Schedule::AddFault() {
  const int64_t begin_ns = Begin();
  const int64_t end_ns = begin_ns + Duration();
  switch (random_.Below(14)) {
    case 0:
    case 1:
      return StopLink(AnyLink(), random_.Chance(700), begin_ns, end_ns);
    case 2:
    case 3:
      return StopDirection(AnyDirection(), random_.Chance(700), begin_ns, end_ns);
    case 4:
      return CutGroup();
    case 5:
      return SwizzleClog();
    case 6:
    case 7:
      steps_.push_back({begin_ns, FaultKind::kBreak, AnyDirection(), random_.Below(kBreakModes)});
      return;
    case 8:
      steps_.push_back({begin_ns, FaultKind::kStall, AnyDirection(), Duration()});
      return;
    case 9:
    case 10:
      return CrashSome();
    case 11:
      return Degrade();
    case 12:
      if (random_.Chance(500)) {
        steps_.push_back({begin_ns, FaultKind::kFreeze, AnyNode(), Duration()});
      } else {
        Between(begin_ns, end_ns, FaultKind::kSlow, FaultKind::kSlow, AnyNode(),
                random_.Spread(100 * kMicrosecond, 20 * kMillisecond));
      }
      return;
    default:
      steps_.push_back(
          {begin_ns, FaultKind::kStepClock, AnyNode(),
           random_.Spread(kMillisecond, 3600 * kSecond) * (random_.Chance(500) ? 1 : -1)});
      return;
  }
}

}  // namespace

std::vector<FaultStep> DrawFaults(const Topology& topology, int64_t from_ns, int64_t until_ns,
                                  uint32_t faults, Random& random) {
  Schedule schedule(topology, from_ns, until_ns, random);
  for (uint32_t i = 0; i < faults; ++i) schedule.AddFault();
  return schedule.Take();
}

}  // namespace proxyherd::sim
