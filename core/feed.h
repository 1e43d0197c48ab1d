// The change feed of one stripe: an ordered list of the records that changed.
//
// An entry names a record, not a value. A record whose entry no follower has passed changes in
// place and appends nothing; once a follower has passed the entry, the next change appends a new
// one at the end. The older entry stays only while another follower has yet to reach it. So a
// follower that is slower than the changes of a hot client still reads that client's record once a
// round, and a record has at most one entry more than there are followers.
//
// A feed has at most one entry for two records of its stripe, or kMinCapacity if that is more. When
// it is full, entries that every follower has acknowledged are dropped, then dead entries; then the
// followers that lag most are evicted. An evicted follower scans the stripe for the records that
// changed since its acknowledged position, and then continues with the feed from where it ended at
// the eviction. So no follower loses a change, and one that is slow or absent costs no memory.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "core/block_arena.h"
#include "core/stripes.h"

namespace proxyherd {

// Followers are numbered; a mask has a bit for each.
using FollowerId = uint32_t;
using FollowerMask = uint32_t;

// The maximum number of links of a node, plus one for the dispatcher of watches.
inline constexpr FollowerId kMaxFollowers = 32;

inline FollowerMask MaskOf(FollowerId id) { return FollowerMask{1} << id; }

// Not thread-safe: guarded by its stripe's lock.
class Feed {
 public:
  using Position = uint64_t;  // counts appended entries; the first is 1

  struct Entry {
    BlockArena::Handle record;  // 0: dead, its record has a later entry
    FollowerMask came_by;       // links by which this version came in (split horizon)
    uint64_t position : 40;     // low bits of its position; see kPositionBits
    uint64_t to_older : 24;     // distance to the same record's older entry; 0: none
  };
  static_assert(sizeof(Entry) == 16);

  // Positions are stored in kPositionBits, and read as the nearest positions before the end. That
  // is correct unless a follower stays away for 2^40 changes of one stripe (12 days at a million a
  // second in that stripe alone).
  static constexpr int kPositionBits = 40;
  static constexpr Position kPositionMask = (Position{1} << kPositionBits) - 1;

  // The number of buckets of a stripe, for scans.
  static constexpr uint32_t kBuckets = kBucketsPerStripe;

  // Progress of an evicted follower's scan: the next slot, and the number of buckets left in the
  // round. A new round continues where the last one was interrupted, so that even a follower that
  // is evicted again and again reads every record.
  struct Scan {
    uint32_t bucket = 0;
    uint32_t slot = 0;
    uint32_t capacity = 0;  // of the bucket when `slot` was reached
    uint32_t buckets_left = 0;
  };

  // A feed with fewer entries is never full: an idle stripe need not be compacted.
  static constexpr size_t kMinCapacity = 4096;
  explicit Feed(size_t min_capacity = kMinCapacity) : min_capacity_(min_capacity) {}

  // Must be called when a record has changed. `at`: the result of the last call for this record (0:
  // none). `records`: the number of records in the stripe. Returns the new `at`, which fits in
  // kPositionBits.
  uint64_t Changed(BlockArena::Handle record, uint64_t at, FollowerMask came_by, size_t records);

  // Notes that the same version of a record arrived again, by another link.
  void CameAgain(BlockArena::Handle record, uint64_t at, FollowerMask came_by);

  // Follows a record to another block. REQUIRES: called before Changed for the new block.
  void Moved(BlockArena::Handle from, BlockArena::Handle to, uint64_t at);

  // Kills the entries of a deleted record, so that no follower reads it any more.
  void Forget(BlockArena::Handle record, uint64_t at) {
    if (Entry* entry = Find(record, at)) KillFrom(entry);
    PROXYHERD_CHECK_INVARIANTS(*this);
  }

  // Shrinks the feed to the bound for `records`, the number left in the stripe after deletions.
  // Otherwise a stripe without changes would keep dead entries as long as a follower is absent.
  void Deleted(size_t records);

  // Adds a follower at the end of the feed. REQUIRES: Join before the calls below, once.
  void Join(FollowerId id);
  void Leave(FollowerId id);

  // Returns the position of the record with this `at`: less than End, and 0 if `at` is 0. If the
  // entry is older than kPositionBits can express, the result is a later position, which is safe
  // for a caller that waits for it.
  Position PositionAt(uint64_t at) const { return at == 0 ? 0 : std::min(Full(at), end_ - 1); }

  // Passes and returns the next entry that is alive and did not come by `id`. Returns nullptr at
  // the end; and also after skipping a bounded number of entries, when NextPosition is still less
  // than End. The entry is valid until the next call.
  const Entry* Next(FollowerId id);

  // The record of the entry `distance` places after one that Next returned; 0 if absent or dead.
  BlockArena::Handle Later(const Entry& entry, size_t distance) const {
    const auto index = static_cast<size_t>(&entry - entries_.data()) + distance;
    return index < entries_.size() ? entries_[index].record : 0;
  }

  // Returns the position at which `id` continues. It is less than End while anything is left to
  // read, whether in the feed or by a scan.
  Position NextPosition(FollowerId id) const {
    return Scanning(id) ? followers_[id].acknowledged : followers_[id].next;
  }

  // Returns true if the follower must read the records for which ChangedSince holds before it calls
  // Next. The caller advances the scan.
  bool Scanning(FollowerId id) const { return followers_[id].scan.buckets_left > 0; }
  Scan& ScanOf(FollowerId id) {
    assert(Joined(id));
    return followers_[id].scan;
  }
  bool ChangedSince(FollowerId id, uint64_t at) const {
    return at != 0 && Full(at) >= followers_[id].acknowledged;
  }
  // Restarts scans in the middle of a bucket whose records have moved to other slots.
  void BucketMoved(uint32_t bucket);

  // Notes that everything before `position` has arrived, and drops entries that all followers have
  // acknowledged.
  void Acknowledge(FollowerId id, Position position);
  // Sends the follower back to its acknowledged position.
  void Rewind(FollowerId id);
  // Returns the end, to which GoTo may go later: every later change has an entry there or after it.
  Position MarkEnd(FollowerId id);
  // Passes and acknowledges everything before `position`, and continues there.
  void GoTo(FollowerId id, Position position);

  // The positions whose records this follower is known to have, each in the version that stood
  // there or a newer one: those acknowledged since the last GoTo.
  //
  // An acknowledged position alone does not prove it, because an entry can die while a follower has
  // yet to deliver its record. Usually that is harmless: the follower reads an older entry of the
  // record first (Changed kept that one instead), and takes the newest version there or skips it
  // because it came from this follower. There are two exceptions; in both, the record's newest
  // entry lies before the end at that time:
  //  - The follower had passed the entry, but had to Rewind before acknowledging it; or it had yet
  //    to reach an older entry, but GoTo led it past that one.
  //  - The record's older entries were killed because the distance between two did not fit.
  // So Rewind, GoTo and such a killing raise a barrier at the end of the feed: acknowledged
  // positions prove something again once they have reached it. An evicted follower acknowledges
  // nothing more until its scan has arrived.
  struct Span {
    Position from = 0;
    Position end = 0;  // exclusive
  };
  Span Held(FollowerId id) const { return {followers_[id].skipped_to, followers_[id].proven}; }

  // The number of records whose newest version `id` has not acknowledged; an estimate if it is far
  // behind. For an evicted follower, the number of all records of the stripe, which may be too
  // high.
  size_t Lag(FollowerId id) const;

  // The position of the next entry to be appended.
  Position End() const { return end_; }
  // The number of entries held, including dead ones.
  size_t Entries() const { return entries_.size() - first_; }

  // The memory that the feed of a stripe with this many records holds, or may come to hold without
  // further records. So a follower that falls behind takes no memory that was not included before.
  size_t MemoryBytes(size_t records) const {
    return std::max(MaxEntries(records), entries_.capacity()) * sizeof(Entry);
  }

  // Asserts the invariants of the followers, and of a few entries, which differ from call to call.
  void CheckInvariants() const;

 private:
  struct Follower {
    Position next = 0;  // 0: not a follower
    Position acknowledged = 0;
    Position marked = 0;      // entries before it do not change in place
    Position skipped_to = 0;  // by the last GoTo
    Position barrier = 0;     // acknowledged positions prove nothing new before it
    Position proven = 0;      // see Held
    Position evicted_at = 0;  // entries before it are not kept for this follower
    Scan scan;
  };

  bool Joined(FollowerId id) const { return id < kMaxFollowers && (joined_ & MaskOf(id)) != 0; }
  void CheckFollower(FollowerId id) const;
  void CheckEntry(size_t index) const;
  size_t Capacity(size_t records) const { return std::max(min_capacity_, records / 2); }
  // Includes entries that all followers have passed; those are erased together.
  size_t MaxEntries(size_t records) const { return Capacity(records) + Capacity(records) / 4; }
  Position PositionOf(const Entry& entry) const { return Full(entry.position); }
  Position Full(uint64_t low) const { return end_ - ((end_ - low) & kPositionMask); }
  size_t IndexOf(Position position) const;  // index of the first entry at or after it
  Entry* Find(BlockArena::Handle record, uint64_t at);
  void KillFrom(Entry* entry);
  void MoveAcknowledged(Follower& follower, Position position);
  void RaiseBarriers();
  void SetCameBy(Entry* entry, FollowerMask came_by);
  bool AnyPassed(Position position) const;
  bool AnyNextWithin(Position after, Position up_to) const;
  void Trim();
  void MakeRoom(size_t capacity);
  void PassUnwanted(FollowerId id);
  Position KeptFrom(FollowerId id) const {
    return std::max(followers_[id].acknowledged, followers_[id].evicted_at);
  }
  void Evict(FollowerId id);
  // A round that starts in the middle of a bucket ends with the first half of that bucket.
  static uint32_t Round(const Scan& scan) { return kBuckets + (scan.slot > 0 ? 1 : 0); }
  void GoBackTo(FollowerId id, Position position);
  void ErasePassed();
  void EraseDead();
  void GrowOrErase(size_t max_entries);
  template <typename Visit>
  void ForEachFollower(Visit visit) const;

  size_t min_capacity_;
  std::vector<Entry> entries_;  // by position, ascending; positions of erased entries are missing
  size_t first_ = 0;            // entries before this one are gone
  Position end_ = 1;
  size_t records_ = 0;  // of the stripe, at the last change or deletion
  FollowerMask joined_ = 0;
  std::array<Follower, kMaxFollowers> followers_{};
};

}  // namespace proxyherd
