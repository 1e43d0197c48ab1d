// A follower's place in the change feed of a table.
#pragma once

#include <cstdint>
#include <functional>

#include "core/feed.h"
#include "core/feed_positions.h"
#include "core/record_batch.h"

namespace proxyherd {

class Table;

// Reads what changed since it was made. Costs no memory while it is slow or away: what it missed is
// the newest record of each client by the time it reads on. Owned and called by one thread; must
// not outlive its table.
class Cursor {
 public:
  // Starts at the end of the feed. `wake`: see FollowerSet::Add; called once after each GoIdle that
  // returned true. REQUIRES: fewer than kMaxFollowers cursors on this table.
  Cursor(Table& table, std::function<void()> wake);
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // Appends changed records to `out` until it is full, or nothing is left (then false).
  bool Take(RecordBatch& out);

  // Where the next Take goes on: what Acknowledge expects once what was taken has arrived.
  FeedPositions Position() const;
  void Acknowledge(const FeedPositions& positions);
  // The next Take begins again after what was acknowledged.
  void Rewind();
  // Where the feeds end now: whatever changes later comes after it, also what a follower has yet to
  // read before it.
  FeedPositions MarkEnd();
  // Acknowledges everything before, whether or not it was taken; the next Take begins there.
  // REQUIRES: the last MarkEnd() of this cursor.
  void GoTo(const FeedPositions& positions);

  // See Feed::Held. `progress` grows with every change of it.
  const HeldPositions& Held() const { return held_; }
  uint64_t progress() const { return progress_; }

  // Declares that the owner sleeps until `wake`. False when something has changed meanwhile: the
  // owner is to Take first.
  bool GoIdle();

  // Changed records not acknowledged; exact up to some ten thousand.
  uint64_t Lag() const;

  // Marks, in Table::Merge, that a record came by this follower's link.
  FollowerMask Mask() const { return MaskOf(id_); }

 private:
  bool AnyChange() const;
  void SetHeld(int stripe, Feed::Span held);

  Table& table_;
  const FollowerId id_;
  // Copies of what the feeds hold, so that quiet stripes need no lock.
  FeedPositions next_{};
  FeedPositions acknowledged_{};
  HeldPositions held_;
  uint64_t progress_ = 0;
  uint32_t first_stripe_ = 0;
};

}  // namespace proxyherd
