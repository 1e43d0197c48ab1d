// Selects the changes of a link's stream to log: a line when a state begins, one a minute while a
// fault lasts, and one when it ends. A neighbour whose states alternate gets no more lines than
// that.
#pragma once

#include <bitset>
#include <cstdint>

#include "base/env.h"
#include "peer/link/line_budget.h"
#include "peer/protocol/close_reason.h"

namespace proxyherd::peer {

// Interval of the lines about a fault that lasts, or that alternates with others or with success.
inline constexpr int64_t kLogIntervalNs = 60 * kSecond;

// Burst of lines about one direction of a link: a link that goes down, fails in another way while
// the neighbour restarts, and comes up again takes three; twice that leaves room for a second
// restart.
inline constexpr int64_t kLogBurst = 6;

// Pure. For one direction of one link. A state is up, or down by a kind of fault. Kinds that
// alternate while the link stays down are one state after the first line of each.
class StateLog {
 public:
  enum class Say {
    kNothing,
    kChange,  // the link is in another state than the last one logged
    kStill,   // it is still down, for one of the reasons that were logged
  };
  struct Line {
    Say say = Say::kNothing;
    // Events since the last line, without this one. kStill: failed attempts; else changes between
    // up and down, which are 0 unless the bound has suppressed some.
    uint64_t unsaid = 0;
    int64_t since_last_ns = 0;
    int64_t for_ns = 0;  // time for which it has been up, or down
  };

  Line OnUp(int64_t now_ns);
  // The link has gone down, or another attempt has failed.
  Line OnDown(CloseKind kind, int64_t now_ns);
  // Returns a change that had to wait, if it is due; the caller knows the present state.
  Line Tick(int64_t now_ns);
  // When Tick has a line to write; never if nothing waits.
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
