// Tracks whether two neighbours hold the same records.
//
// While reports are in flight the root digests differ, so unequal roots alone mean nothing.
// Neighbours *agree* if their roots were equal, or if two looks at every record, a second apart,
// found no common difference. The number of common differences is their *divergence*.
#pragma once

#include <cstdint>

#include "peer/repair/repair_rules.h"

namespace proxyherd::peer {

// No I/O; times are monotonic. Used at both ends of a link: the asking end looks, and sends the
// result to the other end.
class Agreement {
 public:
  explicit Agreement(int64_t now_ns) : since_ns_(now_ns) {}

  // The link is down, or has come up with a neighbour that may have no records yet.
  void OnUnknown(int64_t now_ns);
  // A heartbeat brought the neighbour's digest. `same`: it equals ours.
  void OnBeat(bool same, int64_t now_ns);
  // A look at every record has ended. `verified`: it was a second look, or found no difference.
  void OnLook(bool verified, uint64_t differing, uint64_t divergent, int64_t now_ns);

  // Returns true if the roots have differed for long enough to justify a look at every record.
  bool LookDue(int64_t now_ns) const;

  bool agrees() const { return verified_ && divergent_ == 0; }
  // The time at which agrees() last changed.
  int64_t since_ns() const { return since_ns_; }
  // Differences found by the last look; most of them are changes in flight.
  uint64_t differing() const { return differing_; }
  // Differences that both looks have found.
  uint64_t divergent() const { return divergent_; }

 private:
  void Set(bool verified, uint64_t differing, uint64_t divergent, int64_t now_ns);

  bool verified_ = false;
  uint64_t differing_ = 0;
  uint64_t divergent_ = 0;
  int64_t since_ns_;
  int64_t unequal_since_ns_ = -1;  // -1: the roots were equal at the last beat
  int64_t looked_at_ns_ = 0;
  int64_t interval_ns_ = kFirstWalkIntervalNs;
};

}  // namespace proxyherd::peer
