// Tracks whether the neighbour's present process has what this node knew before changes began to
// flow to it.
#pragma once

#include <cstdint>

namespace proxyherd::peer {

// Changes after the first dial of a process of the neighbour flow to it; older records are left to
// repair. A repair session that began after that dial covers all of them, whichever end asks the
// questions. The message that a session has ended may arrive before the stream is up.
//
// Pure. Epochs are the starts of the neighbour's processes; attempts number this node's dials.
class Coverage {
 public:
  // The process of that epoch has answered a dial. Returns true if it is a new process, which has
  // nothing of what was sent to the earlier one.
  bool OnStreamUp(uint64_t epoch_ns, uint64_t attempt) {
    if (epoch_ns == epoch_ns_) return false;
    epoch_ns_ = epoch_ns;
    began_attempt_ = attempt;
    complete_ = IsCovered();
    return true;
  }
  // A session in which this node asked has ended.
  void OnOwnSession() { complete_ = true; }
  // The neighbour's process of that epoch has ended a session. `attempt`: the last of our dials
  // that it had seen when the session began.
  void OnNeighboursSession(uint64_t epoch_ns, uint64_t attempt) {
    covered_epoch_ns_ = epoch_ns;
    covered_attempt_ = attempt;
    complete_ = complete_ || IsCovered();
  }

  // Epoch of the neighbour's process that answered last; 0: none has.
  uint64_t epoch_ns() const { return epoch_ns_; }
  bool complete() const { return complete_; }

 private:
  // A session that began before the stream cannot cover what that stream left to repair.
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

}  // namespace proxyherd::peer
