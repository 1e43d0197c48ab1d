// The invariants of a feed.
#include "base/check.h"
#include "core/feed.h"

namespace proxyherd {
namespace {

// Entries per check, so that its cost does not depend on the length of the feed.
constexpr size_t kEntriesPerCheck = 8;

}  // namespace

void Feed::CheckInvariants() const {
  PROXYHERD_INVARIANT(first_ <= entries_.size());
  // Room is made before an entry is appended; with a capacity below four, that may free nothing.
  PROXYHERD_INVARIANT(Entries() <= Capacity(records_) + 1);
  for (FollowerId id = 0; id < kMaxFollowers; ++id) {
    if (Joined(id)) {
      CheckFollower(id);
    } else {
      PROXYHERD_INVARIANT(followers_[id].next == 0);
    }
  }
  if (Entries() == 0) return;
  CheckEntry(entries_.size() - 1);
  for (size_t i = 0; i < kEntriesPerCheck; ++i) CheckEntry(first_ + (end_ + i) % Entries());
}

void Feed::CheckFollower(FollowerId id) const {
  const Follower& follower = followers_[id];
  PROXYHERD_INVARIANT(follower.acknowledged <= follower.next && follower.next <= end_);
  PROXYHERD_INVARIANT(follower.evicted_at <= follower.next);
  PROXYHERD_INVARIANT(follower.marked <= end_ && follower.barrier <= end_);
  // The records that it is known to have are acknowledged.
  PROXYHERD_INVARIANT(follower.skipped_to <= follower.proven &&
                      follower.proven <= follower.acknowledged);
  // It scans the records only while entries before `evicted_at` are not acknowledged.
  const Scan& scan = follower.scan;
  PROXYHERD_INVARIANT(!Scanning(id) || follower.evicted_at > follower.acknowledged);
  PROXYHERD_INVARIANT(scan.bucket < kBuckets && scan.buckets_left <= kBuckets + 1);
  // No entry that it has yet to acknowledge is gone, except those that its scan replaces.
  if (first_ == 0) return;
  const Position last_gone = PositionOf(entries_[first_ - 1]);
  PROXYHERD_INVARIANT(last_gone < std::max(follower.acknowledged, follower.evicted_at));
}

void Feed::CheckEntry(size_t index) const {
  const Entry& entry = entries_[index];
  const Position position = PositionOf(entry);
  PROXYHERD_INVARIANT(position < end_);
  PROXYHERD_INVARIANT(index == 0 || PositionOf(entries_[index - 1]) < position);
  if (entry.record == 0 || entry.to_older == 0) return;
  // The older entry of a record, if it still exists, names the same record.
  PROXYHERD_INVARIANT(entry.to_older < position);
  const size_t older = IndexOf(position - entry.to_older);
  PROXYHERD_INVARIANT(older <= index);
  if (PositionOf(entries_[older]) != position - entry.to_older) return;
  PROXYHERD_INVARIANT(entries_[older].record == entry.record);
}

}  // namespace proxyherd
