// Schedules a stream's membership updates, and tracks whether the neighbour has read the last one.
#pragma once

#include <cstdint>
#include <limits>

#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

// No I/O. Part of a sender; times are monotonic.
class MembershipPace {
 public:
  // A stream has come up: all entries must be sent on it.
  void OnStreamUp(int64_t now_ns) {
    waiting_ = true;
    next_ns_ = now_ns;
  }
  void OnStreamDown() { behind_beat_ = 0; }
  // There may be entries to send.
  void OnNews() { waiting_ = true; }
  // There were no entries left to send.
  void OnAllSent() { waiting_ = false; }
  // An update is being written; the first heartbeat after it will be number `next_beat`.
  void OnWritten(uint64_t next_beat, int64_t now_ns) {
    next_ns_ = now_ns + kMembershipIntervalNs;
    behind_beat_ = next_beat;
  }

  bool Due(int64_t now_ns) const { return waiting_ && now_ns >= next_ns_; }
  int64_t NextTimer() const { return waiting_ ? next_ns_ : std::numeric_limits<int64_t>::max(); }
  // Returns true if all entries have been sent and the neighbour has read them, that is, has
  // answered a heartbeat that was written after them.
  bool Read(uint64_t answered_beat) const { return !waiting_ && answered_beat >= behind_beat_; }

 private:
  bool waiting_ = false;
  int64_t next_ns_ = 0;
  uint64_t behind_beat_ = 0;  // the first heartbeat after the last update
};

}  // namespace proxyherd::peer
