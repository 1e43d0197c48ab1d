// Tracks whether the neighbour's present process has the records from before the time when changes
// began to flow to that process.
#pragma once

#include <cstdint>

namespace proxyherd::peer {

// A process of the neighbour gets all changes after this node's first dial that it answered; older
// records are left to repair. A repair session that began after that dial covers all older records,
// whichever end asks the questions. The end of a session may be reported before the stream is up.
//
// No I/O. An epoch is the start time of a neighbour's process; attempts number this node's dials.
class Coverage {
 public:
  // The process of that epoch has answered a dial. Returns true if it is a new process, which has
  // nothing that was sent to the earlier one.
  bool OnStreamUp(uint64_t epoch_ns, uint64_t attempt) {
    if (epoch_ns == epoch_ns_) return false;
    epoch_ns_ = epoch_ns;
    began_attempt_ = attempt;
    complete_ = IsCovered();
    return true;
  }
  // A session in which this node asked has ended.
  void OnOwnSession() { complete_ = true; }
  // A session in which that process of the neighbour asked has ended. `attempt`: the last dial of
  // ours that it had seen when the session began.
  void OnNeighboursSession(uint64_t epoch_ns, uint64_t attempt) {
    covered_epoch_ns_ = epoch_ns;
    covered_attempt_ = attempt;
    complete_ = complete_ || IsCovered();
  }

  // Epoch of the neighbour's process that answered last; 0 if none has answered.
  uint64_t epoch_ns() const { return epoch_ns_; }
  bool complete() const { return complete_; }

 private:
  // A session that began before the dial does not cover the records that the dial left to repair.
  bool IsCovered() const {
    return covered_epoch_ns_ == epoch_ns_ && covered_attempt_ >= began_attempt_;
  }

  uint64_t epoch_ns_ = 0;
  uint64_t began_attempt_ = 0;  // the dial that brought the first changes
  // The last session in which the neighbour asked.
  uint64_t covered_epoch_ns_ = 0;
  uint64_t covered_attempt_ = 0;
  bool complete_ = false;
};

}  // namespace proxyherd::peer
