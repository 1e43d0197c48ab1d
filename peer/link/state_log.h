// Selects which state changes of a link's stream to log: a line when a state begins, one a minute
// while a fault lasts, and one when it ends. A stream that alternates between states gets no more
// lines.
#pragma once

#include <bitset>
#include <cstdint>

#include "base/env.h"
#include "peer/link/line_budget.h"
#include "peer/protocol/close_reason.h"

namespace proxyherd::peer {

// Interval of the lines about a fault that lasts, or that alternates with other faults or with
// success.
inline constexpr int64_t kLogIntervalNs = 60 * kSecond;

// Maximum burst of lines about one direction of a link. A restart of the neighbour takes three: the
// link goes down, fails in another way, and comes up again. Six leave room for a second restart.
inline constexpr int64_t kLogBurst = 6;

// Covers one direction of one link; no I/O. A state is up, or down with a kind of fault. Kinds that
// alternate while the link stays down are one state once each kind has had its first line.
class StateLog {
 public:
  enum class Say {
    kNothing,
    kChange,  // the link's state differs from the last one logged
    kStill,   // the link is still down, for a reason that was logged before
  };
  struct Line {
    Say say = Say::kNothing;
    // Events since the last line, excluding this one. kStill: failed attempts; otherwise changes
    // between up and down, which are 0 unless the rate limit has suppressed some.
    uint64_t unsaid = 0;
    int64_t since_last_ns = 0;
    int64_t for_ns = 0;  // how long the link has been up, or down
  };

  Line OnUp(int64_t now_ns);
  // The link has gone down, or another attempt to dial has failed.
  Line OnDown(CloseKind kind, int64_t now_ns);
  // Returns a change to the present state that had to wait, if it is due.
  Line Tick(int64_t now_ns);
  // Returns the time at which Tick has a line to write; the maximum int64_t if no line waits.
  int64_t NextTimer() const;

 private:
  enum class State { kNone, kUp, kDown };

  Line Write(Say say, bool changed, int64_t now_ns);
  Line LeaveOut(bool changed);

  LineBudget budget_{kLogBurst, kLogIntervalNs};
  State state_ = State::kNone;
  State said_ = State::kNone;
  CloseKind kind_ = CloseKind::kOther;
  std::bitset<kCloseKinds> said_kinds_;  // since it was last logged as up
  int64_t since_ns_ = 0;
  int64_t last_line_ns_ = 0;
  uint64_t unsaid_changes_ = 0;
  uint64_t unsaid_attempts_ = 0;
};

}  // namespace proxyherd::peer
