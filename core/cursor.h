// A follower's position in the change feed of a table.
#pragma once

#include <cstdint>
#include <functional>

#include "core/feed.h"
#include "core/feed_positions.h"
#include "core/record_batch.h"

namespace proxyherd {

class Table;

// Reads the changes since its construction. Costs no memory while it is slow or absent, since it
// later reads only each client's newest record. Owned by one thread; must not outlive its table.
class Cursor {
 public:
  // Starts at the end of the feed. `wake`: see FollowerSet::Add; called once after each GoIdle that
  // returned true. REQUIRES: fewer than kMaxFollowers cursors on this table.
  Cursor(Table& table, std::function<void()> wake);
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // Appends changed records to `out`, until Full() at most. Returns false if no change is left.
  bool Take(RecordBatch& out);

  // The position at which the next Take continues. Pass it to Acknowledge once everything taken so
  // far has arrived.
  FeedPositions Position() const;
  void Acknowledge(const FeedPositions& positions);
  // The next Take starts again after the last acknowledged position.
  void Rewind();
  // Returns the present ends of the feeds. Every later change gets a position at or after them,
  // even if an earlier change of the same record is still unread.
  FeedPositions MarkEnd();
  // Acknowledges everything before `positions`, taken or not; the next Take begins there. REQUIRES:
  // `positions` is the result of this cursor's last MarkEnd().
  void GoTo(const FeedPositions& positions);

  // See Feed::Held. `progress` grows with every change of Held.
  const HeldPositions& Held() const { return held_; }
  uint64_t progress() const { return progress_; }

  // Declares that the owner sleeps until `wake`. Returns false if there are unread changes: then
  // the owner must call Take first.
  bool GoIdle();

  // The number of changed records not yet acknowledged; may be an estimate, see Feed::Lag.
  uint64_t Lag() const;

  // Passed to Table::Merge as `came_by` for records that came by this follower's link.
  FollowerMask Mask() const { return MaskOf(id_); }

 private:
  bool AnyChange() const;
  void SetHeld(int stripe, Feed::Span held);

  Table& table_;
  const FollowerId id_;
  // Copies of the feeds' state, so that quiet stripes need no lock.
  FeedPositions next_{};
  FeedPositions acknowledged_{};
  HeldPositions held_;
  uint64_t progress_ = 0;
  uint32_t first_stripe_ = 0;
};

}  // namespace proxyherd
