// When a record is forgotten, when it goes, and which records a digest counts.
//
// Age is by the receive time at the node that took the report. There are no tombstones: a record
// past its time is unknown to clients at once, stays for a grace period, and then goes; one that
// comes in after that is skipped, so that nobody can bring it back.
//
// Nodes delete at slightly different moments, and yet their digests have to be equal. So a digest
// counts only records received since a cutoff that lies in the middle of the grace period, where
// every node still has every record, and that moves by ticks of a quarter of it. Nodes whose clocks
// are less than a tick apart stand at the same tick or at neighbouring ones, and each keeps the
// sums of its last two: so any two of them have one in common.
#pragma once

#include <cstdint>
#include <limits>

#include "base/env.h"

namespace proxyherd {

// Instead of a tick: everything counts that a table has. For neighbours whose ticks are too far
// apart to have one in common; no sums are kept for it.
inline constexpr int64_t kEveryTick = std::numeric_limits<int64_t>::min();

// Pure. All times in ns since 1970.
struct ExpiryRule {
  // Records are forgotten this long after their receipt; 0: never.
  int64_t after_ns = 0;
  // And deleted this much later. Longer than any partition that is to be healed without a trace of
  // it, and than four times the difference between the nodes' clocks.
  int64_t grace_ns = 3600 * kSecond;

  bool Enabled() const { return after_ns > 0; }

  // A record received before is unknown to clients.
  int64_t KnownSince(int64_t now_ns) const { return Enabled() ? now_ns - after_ns : kAlways; }
  // A record received before is deleted, and not taken from peers.
  int64_t KeptSince(int64_t now_ns) const {
    return Enabled() ? now_ns - after_ns - grace_ns : kAlways;
  }

  int64_t TickNs() const { return grace_ns / 4; }
  // The tick whose cutoff was reached last.
  int64_t TickAt(int64_t now_ns) const {
    return Enabled() ? (now_ns - after_ns - grace_ns / 2) / TickNs() : 0;
  }
  // Records received since then are counted by the digest of this tick.
  int64_t CutoffOf(int64_t tick) const {
    return Enabled() && tick != kEveryTick ? tick * TickNs() : kAlways;
  }

  static constexpr int64_t kAlways = std::numeric_limits<int64_t>::min();
};

}  // namespace proxyherd
