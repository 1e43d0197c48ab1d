#include "core/feed.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace proxyherd {
namespace {

constexpr uint64_t kMaxToOlder = (uint64_t{1} << 24) - 1;

// Counting a lag walks the feed under its stripe's lock; beyond this many entries it is estimated.
constexpr size_t kMaxCounted = 65'536;

// The minimum number of entries by which the feed grows.
constexpr size_t kMinGrowth = 64;

// The maximum number of entries that one call skips while its stripe is locked: some microseconds.
constexpr size_t kMaxSkipped = 1024;

}  // namespace

template <typename Visit>
void Feed::ForEachFollower(Visit visit) const {
  for (FollowerMask rest = joined_; rest != 0; rest &= rest - 1) {
    visit(static_cast<FollowerId>(std::countr_zero(rest)));
  }
}

size_t Feed::IndexOf(Position position) const {
  if (position >= end_) return entries_.size();
  // Without gaps after it, an entry is as far from the end as its position; with gaps it is nearer.
  const Position distance = end_ - position;
  const size_t guess = distance < entries_.size() ? entries_.size() - distance : 0;
  if (guess >= first_ && guess < entries_.size() && PositionOf(entries_[guess]) == position) {
    return guess;
  }
  const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(std::max(guess, first_));
  const auto found = std::partition_point(
      begin, entries_.end(), [&](const Entry& entry) { return PositionOf(entry) < position; });
  return static_cast<size_t>(found - entries_.begin());
}

Feed::Entry* Feed::Find(BlockArena::Handle record, uint64_t at) {
  if (at == 0) return nullptr;
  const Position position = Full(at);
  const size_t index = IndexOf(position);
  if (index == entries_.size()) return nullptr;
  Entry& entry = entries_[index];
  return entry.record == record && PositionOf(entry) == position ? &entry : nullptr;
}

bool Feed::AnyPassed(Position position) const {
  bool any = false;
  ForEachFollower([&](FollowerId id) {
    any |= std::max(followers_[id].next, followers_[id].marked) > position;
  });
  return any;
}

bool Feed::AnyNextWithin(Position after, Position up_to) const {
  bool any = false;
  ForEachFollower(
      [&](FollowerId id) { any |= followers_[id].next > after && followers_[id].next <= up_to; });
  return any;
}

// Kills an entry and the older entries of its record.
void Feed::KillFrom(Entry* entry) {
  while (entry != nullptr) {
    const BlockArena::Handle record = std::exchange(entry->record, 0);
    if (entry->to_older == 0) return;
    entry = Find(record, (PositionOf(*entry) - entry->to_older) & kPositionMask);
  }
}

// The older entries of a record also name its newest version, so they get that version's mark.
void Feed::SetCameBy(Entry* entry, FollowerMask came_by) {
  while (entry != nullptr) {
    entry->came_by = came_by;
    if (entry->to_older == 0) return;
    entry = Find(entry->record, (PositionOf(*entry) - entry->to_older) & kPositionMask);
  }
}

uint64_t Feed::Changed(BlockArena::Handle record, uint64_t at, FollowerMask came_by,
                       size_t records) {
  if (joined_ == 0) return 0;
  Entry* entry = Find(record, at);
  if (entry != nullptr && !AnyPassed(PositionOf(*entry))) {
    SetCameBy(entry, came_by);
    PROXYHERD_CHECK_INVARIANTS(*this);
    return at;
  }
  records_ = records;
  const size_t capacity = Capacity(records);
  if (Entries() >= capacity) {
    MakeRoom(capacity);
    entry = Find(record, at);
  }
  if ((end_ & kPositionMask) == 0) ++end_;  // 0 means "none" to the callers
  uint64_t to_older = 0;
  bool killed = false;
  if (entry != nullptr) {
    const Position position = PositionOf(*entry);
    const Position older = entry->to_older == 0 ? 0 : position - entry->to_older;
    const bool needed = AnyNextWithin(older, position);
    const Position keep = needed ? position : older;
    to_older = keep == 0 ? 0 : end_ - keep;
    if (to_older > kMaxToOlder) {
      KillFrom(entry);
      to_older = 0;
      killed = true;
    } else {
      if (!needed) entry->record = 0;
      if (keep != 0) SetCameBy(Find(record, keep & kPositionMask), came_by);
    }
  }
  const Position position = end_;
  if (entries_.size() == entries_.capacity()) GrowOrErase(MaxEntries(records));
  entries_.push_back({record, came_by, position & kPositionMask, to_older});
  ++end_;
  if (killed) RaiseBarriers();
  PROXYHERD_CHECK_INVARIANTS(*this);
  return position & kPositionMask;
}

// Doubling the vector could take twice the memory that the bound promises. At the bound, all
// followers have passed more than a fifth of the entries, so the cost of erasing them is amortized
// over the appends until the next time.
void Feed::GrowOrErase(size_t max_entries) {
  if (entries_.size() < max_entries) {
    const size_t more = std::max(kMinGrowth, entries_.size() / 8);
    entries_.reserve(std::min(entries_.size() + more, max_entries));
  } else {
    ErasePassed();
  }
}

void Feed::RaiseBarriers() {
  ForEachFollower([&](FollowerId id) { followers_[id].barrier = end_; });
}

void Feed::CameAgain(BlockArena::Handle record, uint64_t at, FollowerMask came_by) {
  if (Entry* entry = Find(record, at)) entry->came_by |= came_by;
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void Feed::Moved(BlockArena::Handle from, BlockArena::Handle to, uint64_t at) {
  assert(Find(to, at) == nullptr);
  for (Entry* entry = Find(from, at); entry != nullptr;) {
    entry->record = to;
    if (entry->to_older == 0) return;
    entry = Find(from, (PositionOf(*entry) - entry->to_older) & kPositionMask);
  }
}

void Feed::Deleted(size_t records) {
  records_ = records;
  const size_t capacity = Capacity(records);
  if (Entries() <= capacity) return;
  MakeRoom(capacity);
  if (entries_.capacity() > 2 * capacity) entries_.shrink_to_fit();
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void Feed::Join(FollowerId id) {
  assert(id < kMaxFollowers && !Joined(id));
  joined_ |= MaskOf(id);
  followers_[id] = {end_, end_, end_, end_, end_, end_, 0, {}};
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void Feed::Leave(FollowerId id) {
  assert(Joined(id));
  joined_ &= ~MaskOf(id);
  followers_[id] = {};
  Trim();
  PROXYHERD_CHECK_INVARIANTS(*this);
}

const Feed::Entry* Feed::Next(FollowerId id) {
  assert(Joined(id));
  PROXYHERD_CHECK_INVARIANTS(*this);
  Follower& follower = followers_[id];
  const size_t begin = IndexOf(follower.next);
  for (size_t at = begin; at < entries_.size(); ++at) {
    if (at - begin == kMaxSkipped) return nullptr;
    const Entry& entry = entries_[at];
    follower.next = PositionOf(entry) + 1;
    if (entry.record != 0 && (entry.came_by & MaskOf(id)) == 0) return &entry;
  }
  follower.next = end_;
  return nullptr;
}

void Feed::Acknowledge(FollowerId id, Position position) {
  assert(Joined(id));
  Follower& follower = followers_[id];
  const Position reached = std::min(position, follower.next);
  if (reached <= follower.acknowledged) return;
  MoveAcknowledged(follower, reached);
  Trim();
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void Feed::MoveAcknowledged(Follower& follower, Position position) {
  assert(position >= follower.acknowledged && position <= follower.next);
  follower.acknowledged = position;
  if (position >= follower.barrier) follower.proven = position;
  if (position >= follower.evicted_at) follower.scan.buckets_left = 0;
}

// Lets the follower continue at `position`: with a scan, if entries from there on were dropped.
void Feed::GoBackTo(FollowerId id, Position position) {
  Follower& follower = followers_[id];
  assert(position >= follower.acknowledged && position <= end_);
  follower.acknowledged = position;
  follower.next = KeptFrom(id);
  follower.scan.buckets_left = follower.evicted_at > position ? Round(follower.scan) : 0;
  follower.barrier = end_;
}

void Feed::Rewind(FollowerId id) {
  assert(Joined(id));
  GoBackTo(id, followers_[id].acknowledged);
  PROXYHERD_CHECK_INVARIANTS(*this);
}

Feed::Position Feed::MarkEnd(FollowerId id) {
  assert(Joined(id));
  return followers_[id].marked = end_;
}

void Feed::GoTo(FollowerId id, Position position) {
  assert(Joined(id));
  Follower& follower = followers_[id];
  assert(position == follower.marked);
  GoBackTo(id, std::max(position, follower.acknowledged));
  follower.skipped_to = follower.proven = follower.acknowledged;
  Trim();
  PROXYHERD_CHECK_INVARIANTS(*this);
}

void Feed::Evict(FollowerId id) {
  Follower& follower = followers_[id];
  follower.evicted_at = follower.next = end_;
  follower.scan.buckets_left = Round(follower.scan);
}

void Feed::BucketMoved(uint32_t bucket) {
  ForEachFollower([&](FollowerId id) {
    if (followers_[id].scan.bucket == bucket) followers_[id].scan.slot = 0;
  });
}

size_t Feed::Lag(FollowerId id) const {
  const Position from = followers_[id].acknowledged;
  if (followers_[id].evicted_at > from) return records_;
  const size_t begin = IndexOf(from);
  const size_t counted = std::min(entries_.size() - begin, kMaxCounted);
  size_t lag = entries_.size() - begin - counted;
  for (size_t at = begin; at < begin + counted; ++at) {
    const Entry& entry = entries_[at];
    if (entry.record == 0 || (entry.came_by & MaskOf(id)) != 0) continue;
    // The same record was counted at its older entry.
    const bool again = entry.to_older != 0 && PositionOf(entry) - entry.to_older >= from;
    if (!again) ++lag;
  }
  return lag;
}

void Feed::Trim() {
  Position acknowledged = end_;
  ForEachFollower([&](FollowerId id) { acknowledged = std::min(acknowledged, KeptFrom(id)); });
  first_ = std::max(first_, IndexOf(acknowledged));
  if (first_ == entries_.size()) {
    // The memory of a burst is released; the next burst grows it again.
    if (entries_.capacity() > min_capacity_) std::vector<Entry>().swap(entries_);
    entries_.clear();
    first_ = 0;
  } else if (first_ > min_capacity_ / 2 && first_ > entries_.size() / 2) {
    ErasePassed();
  }
}

void Feed::MakeRoom(size_t capacity) {
  ForEachFollower([&](FollowerId id) { PassUnwanted(id); });
  Trim();
  EraseDead();
  // Leaves room for a quarter of the capacity, so that the cost is amortized over the appends in
  // between.
  if (entries_.size() <= capacity - capacity / 4) return;
  ForEachFollower([&](FollowerId id) {
    if (entries_.size() - IndexOf(KeptFrom(id)) > capacity / 2) Evict(id);
  });
  Trim();
  EraseDead();
}

// A follower with nothing to read is not woken for entries it would skip; it passes them here.
void Feed::PassUnwanted(FollowerId id) {
  Follower& follower = followers_[id];
  if (Scanning(id) || follower.next != follower.acknowledged) return;
  size_t at = IndexOf(follower.next);
  while (at < entries_.size() &&
         (entries_[at].record == 0 || (entries_[at].came_by & MaskOf(id)) != 0)) {
    ++at;
  }
  follower.next = at < entries_.size() ? PositionOf(entries_[at]) : end_;
  MoveAcknowledged(follower, follower.next);
}

void Feed::ErasePassed() {
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

void Feed::EraseDead() {
  ErasePassed();
  std::erase_if(entries_, [](const Entry& entry) { return entry.record == 0; });
}

}  // namespace proxyherd
