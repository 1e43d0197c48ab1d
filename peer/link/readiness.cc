#include "peer/link/readiness.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

Readiness::Readiness(const std::vector<std::string>& neighbours, int64_t now_ns)
    : started_ns_(now_ns), ready_(neighbours.empty()) {
  for (const std::string& name : neighbours) neighbours_.emplace(name, Progress::kAbsent);
}

void Readiness::SetNeighbours(const std::vector<std::string>& neighbours) {
  std::map<std::string, Progress> present;
  for (const std::string& name : neighbours) {
    const auto known = neighbours_.find(name);
    present.emplace(name, known == neighbours_.end() ? Progress::kAbsent : known->second);
  }
  neighbours_ = std::move(present);
  ready_ |= neighbours_.empty();
}

void Readiness::OnGreeted(const std::string& neighbour) {
  // A neighbour that has sent all records to this process does not send them again on a new stream.
  Progress& progress = neighbours_[neighbour];
  if (progress == Progress::kAbsent) progress = Progress::kSending;
}

void Readiness::OnClosed(const std::string& neighbour) {
  if (neighbours_[neighbour] == Progress::kSending) neighbours_[neighbour] = Progress::kAbsent;
}

void Readiness::OnRepairDone(const std::string& neighbour, bool neighbour_serving) {
  neighbours_[neighbour] = Progress::kDone;
  ready_ |= neighbour_serving;
}

bool Readiness::Ready(int64_t now_ns) {
  if (ready_) return true;
  const auto count = [&](Progress progress) {
    return std::count_if(neighbours_.begin(), neighbours_.end(),
                         [&](const auto& neighbour) { return neighbour.second == progress; });
  };
  const auto done = count(Progress::kDone);
  const auto absent = count(Progress::kAbsent);
  const int64_t waited_ns = now_ns - started_ns_;
  if (waited_ns >= kMaxWaitingNs) {
    ready_ = true;
  } else if (done > 0 && count(Progress::kSending) == 0) {
    ready_ = absent == 0 || waited_ns >= kGatherTimeNs;
  } else if (absent == static_cast<int64_t>(neighbours_.size())) {
    ready_ = waited_ns >= kAloneAfterNs;
  }
  return ready_;
}

int64_t Readiness::NextTimer(int64_t now_ns) const {
  if (!ready_) {
    for (const int64_t wait_ns : {kGatherTimeNs, kAloneAfterNs, kMaxWaitingNs}) {
      if (started_ns_ + wait_ns > now_ns) return started_ns_ + wait_ns;
    }
  }
  return std::numeric_limits<int64_t>::max();
}

std::string Readiness::Reason() const {
  if (ready_) return "";
  std::vector<std::string> sending;
  for (const auto& [name, progress] : neighbours_) {
    if (progress == Progress::kSending) sending.push_back(name);
  }
  if (!sending.empty())
    return absl::StrCat("waiting for the records of ", absl::StrJoin(sending, " and "));
  return "waiting for the neighbours";
}

}  // namespace proxyherd::peer
