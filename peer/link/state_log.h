// Which changes of a stream of a link are worth a line of the log: one when a state begins, one a
// minute while a fault lasts, one when it ends; and no more than that for a neighbour whose states
// alternate.
#pragma once

#include <bitset>
#include <cstdint>

#include "base/env.h"
#include "peer/link/line_budget.h"
#include "peer/protocol/close_reason.h"

namespace proxyherd {

// A fault that lasts, and one that alternates with others or with success, gets so many lines.
inline constexpr int64_t kLogIntervalNs = 60 * kSecond;

// Lines of one direction of a link at once: a link that goes down, fails in another way while the
// neighbour restarts, and comes up again takes three; twice that leaves room for a second restart.
inline constexpr int64_t kLogBurst = 6;

// Pure. For one direction of one link. A state is up, or down by a kind of fault. Kinds that
// alternate without the link's coming up are one state after the first line of each.
class StateLog {
 public:
  enum class Say {
    kNothing,
    kChange,  // the link is in another state than was logged last
    kStill,   // it has been down since, for one of the reasons that were logged
  };
  struct Line {
    Say say = Say::kNothing;
    // Since the last line, without this one: kStill: failed attempts; else changes between up and
    // down, which are none unless the bound has left some out.
    uint64_t unsaid = 0;
    int64_t since_last_ns = 0;
    int64_t for_ns = 0;  // how long it has been up, or down
  };

  Line OnUp(int64_t now_ns);
  // The link has gone down, or another attempt has failed.
  Line OnDown(CloseKind kind, int64_t now_ns);
  // A change that had to wait for its turn; the caller knows the present state.
  Line Tick(int64_t now_ns);
  // When Tick has something to say; never if nothing waits.
  int64_t NextTimer() const;

 private:
  enum class State { kNone, kUp, kDown };

  Line Write(Say say, bool changed, int64_t now_ns);
  Line LeaveOut(bool changed);

  LineBudget budget_{kLogBurst, kLogIntervalNs};
  State state_ = State::kNone;
  State said_ = State::kNone;
  CloseKind kind_ = CloseKind::kOther;
  std::bitset<kCloseKinds> said_kinds_;  // since it was last said to be up
  int64_t since_ns_ = 0;
  int64_t last_line_ns_ = 0;
  uint64_t unsaid_changes_ = 0;
  uint64_t unsaid_attempts_ = 0;
};

}  // namespace proxyherd
