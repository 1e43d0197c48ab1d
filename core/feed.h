// The change feed of one stripe: names, in order, the records that changed.
//
// An entry names a record, not a value. A record whose entry no follower has passed is changed in
// place and appends nothing; once some follower has passed it, the next change appends an entry at
// the end. The older entry stays only while another follower still has it before it: so a follower
// that is slower than the changes of a hot client still meets that client once a round, and a
// record has at most one entry more than there are followers.
//
// The feed is bounded by half of its stripe's records. When it is full, what every follower has
// acknowledged goes, then dead entries; then the followers that are furthest behind are let go.
// Such a follower reads the stripe's records themselves, those that changed since what it
// acknowledged, and then goes on with the feed from where it was let go. So nobody loses anything,
// and one that is slow or away costs no memory.
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

// A node has as many links at most, less one for the dispatcher of watches.
inline constexpr FollowerId kMaxFollowers = 32;

inline FollowerMask MaskOf(FollowerId id) { return FollowerMask{1} << id; }

// Not thread-safe: guarded by its stripe's lock.
class Feed {
 public:
  using Position = uint64_t;  // counts appended entries; the first is 1

  struct Entry {
    BlockArena::Handle record;  // 0: dead, its record has a later entry
    FollowerMask came_by;       // links that this version came in by (split horizon)
    uint64_t position : 40;     // low bits of its position; see kPositionBits
    uint64_t to_older : 24;     // distance to the same record's older entry; 0: none
  };
  static_assert(sizeof(Entry) == 16);

  // Positions are kept short, and read as the nearest ones before the end: right as long as no
  // follower stays away for 2^40 changes of one stripe (12 days at a million a second in it alone).
  static constexpr int kPositionBits = 40;
  static constexpr Position kPositionMask = (Position{1} << kPositionBits) - 1;

  // A stripe has so many buckets to be scanned.
  static constexpr uint32_t kBuckets = kBucketsPerStripe;

  // How far a follower that was let go has read the records: where it goes on, and how many buckets
  // are left of the round. Rounds go on where the last one broke off, so that a follower that is
  // let go again and again meets every record, too.
  struct Scan {
    uint32_t bucket = 0;
    uint32_t slot = 0;
    uint32_t capacity = 0;  // of the bucket when `slot` was reached
    uint32_t buckets_left = 0;
  };

  // Below this many entries a feed is never full: an idle stripe need not be compacted.
  static constexpr size_t kMinCapacity = 4096;
  explicit Feed(size_t min_capacity = kMinCapacity) : min_capacity_(min_capacity) {}

  // A record changed. `at` is what the last call for this record returned (0: none); `records` is
  // the number of records in the stripe. Returns the new `at`, which fits in kPositionBits.
  uint64_t Changed(BlockArena::Handle record, uint64_t at, FollowerMask came_by, size_t records);

  // The very same version came in again, by another link.
  void CameAgain(BlockArena::Handle record, uint64_t at, FollowerMask came_by);

  // The record lies elsewhere now. REQUIRES: called before Changed for the new place.
  void Moved(BlockArena::Handle from, BlockArena::Handle to, uint64_t at);

  // The record is deleted; no follower meets it again.
  void Forget(BlockArena::Handle record, uint64_t at) {
    if (Entry* entry = Find(record, at)) KillFrom(entry);
    PROXYHERD_CHECK_INVARIANTS(*this);
  }

  // Records were deleted, and so many are left in the stripe. The bound follows them down: dead
  // entries of a stripe in which nothing changes any more would stay as long as a follower is away.
  void Deleted(size_t records);

  // A follower starts at the end of the feed. REQUIRES: Join before the calls below, once.
  void Join(FollowerId id);
  void Leave(FollowerId id);

  // Where the record stands whose `at` this is: before End, and 0 for none. An entry that is older
  // than kPositionBits can tell is taken for a later one, which is safe for those who wait for it.
  Position PositionAt(uint64_t at) const { return at == 0 ? 0 : std::min(Full(at), end_ - 1); }

  // The next entry that `id` has not passed, is alive and did not come by it; passes it. nullptr at
  // the end, or when a bounded number was skipped: then NextPosition is before End. Valid until the
  // next call.
  const Entry* Next(FollowerId id);

  // What the entry names that is so many after one of Next's; 0: nothing.
  BlockArena::Handle Later(const Entry& entry, size_t distance) const {
    const auto index = static_cast<size_t>(&entry - entries_.data()) + distance;
    return index < entries_.size() ? entries_[index].record : 0;
  }

  // Where it goes on; before End as long as something is left, the scan of a follower included.
  Position NextPosition(FollowerId id) const {
    return Scanning(id) ? followers_[id].acknowledged : followers_[id].next;
  }

  // Whether the follower is to read records that changed at ScanSince or later, before it calls
  // Next. The caller moves the scan on.
  bool Scanning(FollowerId id) const { return followers_[id].scan.buckets_left > 0; }
  Scan& ScanOf(FollowerId id) {
    assert(Joined(id));
    return followers_[id].scan;
  }
  bool ChangedSince(FollowerId id, uint64_t at) const {
    return at != 0 && Full(at) >= followers_[id].acknowledged;
  }
  // The records of a bucket have moved to other slots.
  void BucketMoved(uint32_t bucket);

  // Everything before `position` has arrived; what all followers have acknowledged goes.
  void Acknowledge(FollowerId id, Position position);
  // Goes back to what was acknowledged.
  void Rewind(FollowerId id);
  // The end, where GoTo may go later: whatever changes from now on has an entry there or after it.
  Position MarkEnd(FollowerId id);
  // Passes and acknowledges everything before `position`, and goes back to there.
  void GoTo(FollowerId id, Position position);

  // Positions whose records this follower is known to have, each in the version that stood there or
  // a newer one: what was acknowledged since the last GoTo.
  //
  // An acknowledged position alone does not prove it, because an entry can die while a follower has
  // yet to bring what it named. In every case but these the follower meets the record before or at
  // the dead entry's position, or has it already:
  //  - It meets an older entry of the record first (Changed kept that one instead), and takes the
  //    newest version there; it skips that entry only if this newest version came by it.
  //  - It had passed the entry, but did not get an answer before it had to Rewind; or it was to
  //    meet an older one, but GoTo led it past that. The record's newest entry then lies before the
  //    end at that time.
  //  - The record's older entries were killed because the distance between two could not be told.
  //    Again the newest lies before the end at that time.
  // A follower that was let go has acknowledged nothing more until its scan has arrived.
  // So Rewind, GoTo and such a killing raise a barrier at the end of the feed: what is acknowledged
  // counts again once it has come that far.
  struct Span {
    Position from = 0;
    Position end = 0;  // one after the last
  };
  Span Held(FollowerId id) const { return {followers_[id].skipped_to, followers_[id].proven}; }

  // Records whose newest version `id` has not acknowledged; far behind, an estimate that counts
  // entries. Of a follower that was let go: all the stripe's records, which may be too many.
  size_t Lag(FollowerId id) const;

  // Where the next entry will be.
  Position End() const { return end_; }
  // Entries held, dead ones included.
  size_t Entries() const { return entries_.size() - first_; }

  // Memory that the feed of a stripe with so many records holds, or may come to hold without any
  // more records: so a follower that falls behind takes nothing that was not counted before.
  size_t MemoryBytes(size_t records) const {
    return std::max(MostEntries(records), entries_.capacity()) * sizeof(Entry);
  }

  // Asserts what holds of the followers, and of some of the entries: other ones each time.
  void CheckInvariants() const;

 private:
  struct Follower {
    Position next = 0;  // 0: not a follower
    Position acknowledged = 0;
    Position marked = 0;      // no entry before it changes in place
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
  // Those that all have passed included, which go together.
  size_t MostEntries(size_t records) const { return Capacity(records) + Capacity(records) / 4; }
  Position PositionOf(const Entry& entry) const { return Full(entry.position); }
  Position Full(uint64_t low) const { return end_ - ((end_ - low) & kPositionMask); }
  size_t IndexOf(Position position) const;  // of the first entry at or after it
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
  void LetGo(FollowerId id);
  // A round from the middle of a bucket ends with that bucket's first half.
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
