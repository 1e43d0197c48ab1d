// Defines when a record is forgotten, when it is deleted, and which records a digest includes.
//
// Age is measured from the receive time at the node that took the report. There are no tombstones:
// an expired record is unknown to clients immediately, stays for a grace period, and is then
// deleted. A record that arrives after its grace period is skipped, so that no peer can bring it
// back.
//
// Nodes delete at slightly different moments, but their digests must be equal. So a digest includes
// only records received since a cutoff in the middle of the grace period: every node still has all
// of these. The cutoff moves in ticks of a quarter of the grace period. Nodes whose clocks differ
// by less than a tick are at the same tick or at adjacent ones, and each keeps the sums of its last
// two ticks, so any two nodes have a tick in common.
#pragma once

#include <cstdint>
#include <limits>

#include "base/env.h"

namespace proxyherd {

// Used in place of a tick to include all records of a table, for neighbours whose ticks are too far
// apart to have one in common. No sums are kept for it.
inline constexpr int64_t kEveryTick = std::numeric_limits<int64_t>::min();

// No I/O or clock. Points in time are in ns since 1970.
struct ExpiryRule {
  // Time from receipt until a record is forgotten; 0: never.
  int64_t after_ns = 0;
  // Time from then until the record is deleted. Must be longer than any partition that is to heal
  // without a trace, and longer than four times the difference between the nodes' clocks.
  int64_t grace_ns = 3600 * kSecond;

  bool Enabled() const { return after_ns > 0; }

  // Records received before this time are unknown to clients.
  int64_t KnownSince(int64_t now_ns) const { return Enabled() ? now_ns - after_ns : kAlways; }
  // Records received before this time are deleted, and not accepted from peers.
  int64_t KeptSince(int64_t now_ns) const {
    return Enabled() ? now_ns - after_ns - grace_ns : kAlways;
  }

  int64_t TickNs() const { return grace_ns / 4; }
  // The latest tick whose cutoff is not after the middle of the grace period.
  int64_t TickAt(int64_t now_ns) const {
    return Enabled() ? (now_ns - after_ns - grace_ns / 2) / TickNs() : 0;
  }
  // The digest of this tick includes records received at or after this time.
  int64_t CutoffOf(int64_t tick) const {
    return Enabled() && tick != kEveryTick ? tick * TickNs() : kAlways;
  }

  static constexpr int64_t kAlways = std::numeric_limits<int64_t>::min();
};

}  // namespace proxyherd
