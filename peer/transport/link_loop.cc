#include "peer/transport/link_loop.h"

#include <algorithm>
#include <utility>

namespace proxyherd::peer {
namespace {

// Parts settle this often in one round, e.g. when one message follows another on a fast network;
// the rest waits for the next round, so that all connections are read.
constexpr int kMaxTurns = 16;

}  // namespace

void LinkLoop::Touch(Part& part) {
  if (!std::exchange(part.touched_, true)) touched_.push_back(&part);
}

int64_t LinkLoop::NextTimer() const {
  int64_t next_ns = kNever;
  for (const Owned& owned : parts_) next_ns = std::min(next_ns, owned.part->NextTimer());
  return next_ns;
}

// A tick may add parts, which need none yet.
void LinkLoop::Tick(int64_t now_ns) {
  for (size_t i = 0, count = parts_.size(); i < count; ++i) {
    if (now_ns < parts_[i].part->NextTimer()) continue;
    parts_[i].part->Tick(now_ns);
    Touch(*parts_[i].part);
  }
}

void LinkLoop::Stop() {
  for (const Owned& owned : parts_) {
    owned.part->Stop();
    Touch(*owned.part);
  }
}

void LinkLoop::AfterRound() {
  bool removed = false;
  for (int turn = 0; turn < kMaxTurns && !touched_.empty(); ++turn) {
    settling_.swap(touched_);
    for (Part* const part : settling_) {
      part->touched_ = false;
      part->Settle();
      removed = removed || part->done();
    }
    settling_.clear();
  }
  // An empty task starts the next round at once.
  if (!touched_.empty()) poller().Post([] {});
  if (!removed) return;
  std::erase_if(touched_, [](const Part* part) { return part->done(); });
  std::erase_if(parts_, [](const Owned& owned) { return owned.part->done(); });
}

}  // namespace proxyherd::peer
