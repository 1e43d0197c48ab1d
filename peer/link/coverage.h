// Whether the neighbour's present process has what this node knew before its changes began to flow
// there.
#pragma once

#include <cstdint>

namespace proxyherd {

// What changes after the first dial of a process of the neighbour flows to it; what was known
// before is for repair. A session of repair that began after that dial covers all of it, whichever
// of the two asks the questions; the word that one has ended may come before the stream is up.
//
// Pure. Epochs are the starts of the neighbour's processes; attempts number this node's dials.
class Coverage {
 public:
  // The process of that epoch has answered a dial. True: another one than before, which knows
  // nothing of what was sent to that one.
  bool OnStreamUp(uint64_t epoch_ns, uint64_t attempt) {
    if (epoch_ns == epoch_ns_) return false;
    epoch_ns_ = epoch_ns;
    began_attempt_ = attempt;
    complete_ = IsCovered();
    return true;
  }
  // A session of this node's own has ended.
  void OnOwnSession() { complete_ = true; }
  // The neighbour's process of that epoch has ended a session that began when `attempt` was the
  // last dial of ours that it knew.
  void OnNeighboursSession(uint64_t epoch_ns, uint64_t attempt) {
    covered_epoch_ns_ = epoch_ns;
    covered_attempt_ = attempt;
    complete_ = complete_ || IsCovered();
  }

  // Of the neighbour's process that was spoken to last; 0: never.
  uint64_t epoch_ns() const { return epoch_ns_; }
  bool complete() const { return complete_; }

 private:
  // A session that began before the stream did cannot know what that left to repair.
  bool IsCovered() const {
    return covered_epoch_ns_ == epoch_ns_ && covered_attempt_ >= began_attempt_;
  }

  uint64_t epoch_ns_ = 0;
  uint64_t began_attempt_ = 0;  // the dial that brought the first changes
  // Of the neighbour's last session.
  uint64_t covered_epoch_ns_ = 0;
  uint64_t covered_attempt_ = 0;
  bool complete_ = false;
};

}  // namespace proxyherd
