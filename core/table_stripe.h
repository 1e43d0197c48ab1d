// The parts of a table: a stripe with its lock, its buckets and its part of the feed. Private to
// the table and its cursors.
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "core/block_arena.h"
#include "core/feed.h"
#include "core/record.h"
#include "core/record_batch.h"
#include "core/slot_table.h"
#include "core/stripes.h"
#include "core/table_digest.h"

namespace proxyherd {

inline constexpr size_t kUsualRecordBytes = 72;

struct TableBucket {
  SlotTable slots;
  BucketSums sums{};
};

// A stored record consists of the five bytes of its position in the feed, and its block.
struct alignas(64) TableStripe {
  static constexpr size_t kFeedPositionBytes = 5;
  // If memory is short, compaction may move this many bytes for each byte that it frees.
  static constexpr size_t kWorthwhilePart = 32;
  static_assert(kFeedPositionBytes * 8 == Feed::kPositionBits);

  mutable Mutex mu;
  BlockArena arena ABSL_GUARDED_BY(mu);
  std::array<TableBucket, kBucketsPerStripe> buckets ABSL_GUARDED_BY(mu);
  Feed feed ABSL_GUARDED_BY(mu);
  size_t records ABSL_GUARDED_BY(mu) = 0;
  size_t slot_bytes ABSL_GUARDED_BY(mu) = 0;     // of its buckets
  size_t counted_bytes ABSL_GUARDED_BY(mu) = 0;  // see Table::CountMemory

  // Written under `mu`, read without it.
  std::atomic<size_t> arena_bytes{0};           // at the last CountMemory
  std::array<std::atomic<uint64_t>, 2> sums{};  // of its buckets
  std::atomic<Feed::Position> feed_end{1};

  static bool SameCapacity(size_t a, size_t b) {
    return BlockArena::Capacity(kFeedPositionBytes + a) ==
           BlockArena::Capacity(kFeedPositionBytes + b);
  }
  BlockArena::Handle Allocate(size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return arena.Allocate(kFeedPositionBytes + bytes);
  }
  void Free(BlockArena::Handle handle, size_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    arena.Free(handle, kFeedPositionBytes + bytes);
  }

  char* BlockAt(BlockArena::Handle handle) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return arena.At(handle) + kFeedPositionBytes;
  }
  const char* BlockAt(BlockArena::Handle handle) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return arena.At(handle) + kFeedPositionBytes;
  }
  RecordView RecordAt(BlockArena::Handle handle) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return ViewRecord(BlockAt(handle));
  }

  uint64_t FeedPositionOf(BlockArena::Handle handle) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    uint64_t position = 0;
    std::memcpy(&position, arena.At(handle), kFeedPositionBytes);
    return position;
  }
  Feed::Position PositionOfVersion(BlockArena::Handle handle) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return feed.PositionAt(FeedPositionOf(handle));
  }
  void SetFeedPosition(BlockArena::Handle handle, uint64_t position)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    std::memcpy(arena.At(handle), &position, kFeedPositionBytes);
  }

  BlockArena::Handle* Find(const TableBucket& bucket, uint64_t probe_hash,
                           std::string_view client) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return bucket.slots.Find(probe_hash,
                             [&](BlockArena::Handle handle) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                               return RecordAt(handle).client == client;
                             });
  }

  // Returns the address of the record that Find will probably return; nullptr if Find will return
  // nullptr. Only for PrefetchRecord: the record may be freed once the lock is released.
  const char* LikelyRecord(const TableBucket& bucket, uint64_t probe_hash) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const BlockArena::Handle handle = bucket.slots.FirstCandidate(probe_hash);
    return handle == 0 ? nullptr : arena.At(handle);
  }
  // A usual record spans two cache lines. Any address is allowed.
  static void PrefetchRecord(const char* record) {
    __builtin_prefetch(record);
    __builtin_prefetch(record + kUsualRecordBytes);
  }

  // Adds the record of a client that is not in the bucket; `probe_hash_of` hashes a client's id.
  template <typename ProbeHashOf>
  BlockArena::Handle* Add(TableBucket& bucket, uint64_t probe_hash, SlotTable::Part part,
                          const RecordView& record, ProbeHashOf probe_hash_of)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    assert(Find(bucket, probe_hash, record.client) == nullptr);
    const BlockArena::Handle handle = Allocate(record.Bytes());
    SetFeedPosition(handle, 0);
    EncodeRecord(record, BlockAt(handle));
    slot_bytes -= bucket.slots.MemoryBytes();
    bucket.slots.Insert(probe_hash, part, handle,
                        [&](BlockArena::Handle other) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                          return probe_hash_of(RecordAt(other).client);
                        });
    slot_bytes += bucket.slots.MemoryBytes();
    ++records;
    return Find(bucket, probe_hash, record.client);
  }

  // The memory that Add allocates for a record of this size.
  size_t AddBytes(const TableBucket& bucket, size_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return bucket.slots.InsertBytes() + arena.GrowthFor(kFeedPositionBytes + bytes);
  }
  // The least memory that Replace may allocate; 0 if the new record is not longer.
  size_t ReplaceBytes(BlockArena::Handle handle, size_t bytes) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const size_t old_bytes = HeaderOf(BlockAt(handle)).size;
    if (bytes <= old_bytes || SameCapacity(old_bytes, bytes)) return 0;
    return arena.GrowthFor(kFeedPositionBytes + bytes);
  }

  // Overwrites the record at `slot`, which may move to another block. `tight`: a shorter record
  // shrinks in its block if memory would have to grow otherwise; the freed end is too short for
  // nearly all records.
  void Replace(BlockArena::Handle& slot, const RecordView& record, bool tight)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const size_t old_bytes = HeaderOf(BlockAt(slot)).size;
    if (SameCapacity(old_bytes, record.Bytes())) {
      // It fits where it is.
    } else if (tight && record.Bytes() < old_bytes &&
               arena.GrowthFor(kFeedPositionBytes + record.Bytes()) > 0) {
      arena.Shrink(slot, kFeedPositionBytes + old_bytes, kFeedPositionBytes + record.Bytes());
    } else {
      const BlockArena::Handle moved = Allocate(record.Bytes());
      const uint64_t at = FeedPositionOf(slot);
      feed.Moved(slot, moved, at);
      Free(slot, old_bytes);
      SetFeedPosition(moved, at);
      slot = moved;
    }
    EncodeRecord(record, BlockAt(slot));
    if (arena.Wasteful()) Compact();
  }

  // Returns true if Compact frees enough to be worth its time when memory is short.
  bool WorthCompacting() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return arena.FreeBytes() > arena.MemoryBytes() / kWorthwhilePart;
  }

  // The memory of the stripe, with its feed at its maximum size.
  size_t MemoryBytes() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return arena.MemoryBytes() + slot_bytes + feed.MemoryBytes(records);
  }

  // Moves all records to a new arena. Records that change their sizes leave free blocks of all
  // sizes; without compaction a table could grow to many times the size of its records.
  void Compact() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    BlockArena old = std::exchange(arena, BlockArena());
    for (TableBucket& bucket : buckets) {
      for (uint32_t slot = 0; slot < bucket.slots.capacity(); ++slot) {
        const BlockArena::Handle from = bucket.slots.At(slot);
        if (from == 0) continue;
        const char* const block = old.At(from);
        const size_t bytes = HeaderOf(block + kFeedPositionBytes).size;
        const BlockArena::Handle to = Allocate(bytes);
        std::memcpy(arena.At(to), block, kFeedPositionBytes + bytes);
        bucket.slots.SetAt(slot, to);
        feed.Moved(from, to, FeedPositionOf(to));
      }
    }
  }

  void MarkChanged(BlockArena::Handle handle, FollowerMask came_by)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    SetFeedPosition(handle, feed.Changed(handle, FeedPositionOf(handle), came_by, records));
    feed_end.store(feed.End(), std::memory_order_release);
  }

  // Appends records that a follower's scan reaches, until the batch is full or `max_records` have
  // been examined.
  void CopyScanned(FollowerId follower, RecordBatch& out, int max_records)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    Feed::Scan& scan = feed.ScanOf(follower);
    for (; scan.buckets_left > 0; --scan.buckets_left) {
      const SlotTable& slots = buckets[scan.bucket].slots;
      // A bucket that has grown since the last call has its records in other slots.
      if (scan.capacity != slots.capacity()) scan.slot = 0;
      scan.capacity = slots.capacity();
      for (; scan.slot < slots.capacity(); ++scan.slot) {
        const BlockArena::Handle handle = slots.At(scan.slot);
        if (handle == 0) continue;
        if (max_records-- == 0 || out.Full()) return;
        if (!feed.ChangedSince(follower, FeedPositionOf(handle))) continue;
        const RecordView record = RecordAt(handle);
        out.Append(BlockAt(handle), record.Bytes(), record.origin);
      }
      scan.bucket = (scan.bucket + 1) % kBucketsPerStripe;
      scan.slot = scan.capacity = 0;
    }
  }

  // Adds to the sums of a bucket.
  void ChangeSums(TableBucket& bucket, const BucketSums& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    for (size_t i = 0; i < sums.size(); ++i) {
      bucket.sums[i] += change[i];
      sums[i].store(sums[i].load(std::memory_order_relaxed) + change[i], std::memory_order_relaxed);
    }
  }

  // Deletes the records for which `goes` holds.
  template <typename Goes, typename ProbeHashOf>
  size_t EraseIf(TableBucket& bucket, Goes goes, ProbeHashOf probe_hash_of)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const size_t before = bucket.slots.size();
    slot_bytes -= bucket.slots.MemoryBytes();
    const auto erase = [&](BlockArena::Handle handle) ABSL_NO_THREAD_SAFETY_ANALYSIS {
      const RecordView record = RecordAt(handle);
      if (!goes(record)) return false;
      feed.Forget(handle, FeedPositionOf(handle));
      Free(handle, record.Bytes());
      return true;
    };
    bucket.slots.EraseIf(erase, [&](BlockArena::Handle handle) ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return probe_hash_of(RecordAt(handle).client);
    });
    slot_bytes += bucket.slots.MemoryBytes();
    feed.BucketMoved(static_cast<uint32_t>(&bucket - buckets.data()));
    const size_t erased = before - bucket.slots.size();
    records -= erased;
    if (erased > 0) feed.Deleted(records);
    if (arena.Wasteful()) Compact();
    return erased;
  }
};

}  // namespace proxyherd
