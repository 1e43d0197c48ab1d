// When the next message of notices goes out on a stream, and whether the neighbour has read the
// last one.
#pragma once

#include <cstdint>
#include <limits>

#include "peer/protocol/link_timing.h"

namespace proxyherd {

// Pure. Of a sender; times are monotonic.
class MembershipPace {
 public:
  // A stream has come up: all notices are to be told on it.
  void OnStreamUp(int64_t now_ns) {
    waiting_ = true;
    next_ns_ = now_ns;
  }
  void OnStreamDown() { behind_beat_ = 0; }
  // There may be something to tell.
  void OnNews() { waiting_ = true; }
  // There was nothing.
  void OnAllTold() { waiting_ = false; }
  // A message goes out; the first heartbeat behind it will be number `next_beat`.
  void OnWritten(uint64_t next_beat, int64_t now_ns) {
    next_ns_ = now_ns + kMembershipIntervalNs;
    behind_beat_ = next_beat;
  }

  bool Due(int64_t now_ns) const { return waiting_ && now_ns >= next_ns_; }
  int64_t NextTimer() const { return waiting_ ? next_ns_ : std::numeric_limits<int64_t>::max(); }
  // All are told, and the neighbour has read them: it has answered a heartbeat behind them.
  bool Read(uint64_t answered_beat) const { return !waiting_ && answered_beat >= behind_beat_; }

 private:
  bool waiting_ = false;
  int64_t next_ns_ = 0;
  uint64_t behind_beat_ = 0;  // the first heartbeat behind the last notices
};

}  // namespace proxyherd
