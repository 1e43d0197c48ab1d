// The location table: a last-writer-wins register map, client -> newest record, with the change
// feed that its followers read.
//
// Merging is commutative, associative and idempotent, so the order in which records arrive never
// matters. Clients are spread over stripes, each with its lock, its buckets and its part of the
// feed; the top bits of a hash that all nodes share choose stripe and bucket, so that nodes can
// compare bucket by bucket.
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "core/expiry.h"
#include "core/feed.h"
#include "core/feed_positions.h"
#include "core/follower_set.h"
#include "core/hash_range.h"
#include "core/origins.h"
#include "core/record.h"
#include "core/record_batch.h"
#include "core/report.h"
#include "core/stripes.h"
#include "core/table_digest.h"
#include "core/table_limits.h"

namespace proxyherd {

class Cursor;
struct TableBucket;
struct TableStripe;

struct TableOptions {
  // Seeds the hashes that nodes compare, so that two herds never look equal.
  std::string herd;
  // This node's name: the origin of the reports that it takes.
  std::string node;
  // New clients beyond this many are refused, at ingress only: what peers send always merges, so
  // that replicas never judge differently.
  uint64_t max_clients = 10'000'000;
  // What would make FootprintBytes greater than this is refused, at ingress only: a new client, or
  // a longer record of a known one.
  uint64_t max_bytes = GrowthLimit::kNone;
  // Seeds the table's own probing; differs between processes, so that ids cannot be chosen to
  // collide.
  uint64_t probe_seed = 0;
  // A report further in the future than this, seen from its receive time, is ordered as if it were
  // just so far: a client whose clock is wrong loses no more than that. Judged once, by the node
  // that takes it; the effective time travels. 0: clients' clocks are believed.
  int64_t max_future_ns = 0;
  ExpiryRule expiry = {};
  // A stripe's feed is not compacted below this many entries; less costs time and saves memory.
  size_t feed_min_entries = Feed::kMinCapacity;
};

enum class MergeOutcome {
  kWon,             // it is now the client's newest; followers will see it
  kEqual,           // exactly this record was known already
  kStale,           // a newer one is known; nothing changed
  kTooManyClients,  // refused: a new client beyond the limit on clients
  kNoMemory,        // refused: a new client, or a longer record, beyond the limit on bytes
  kInvalid,         // refused: IsValidRecord says no
  kExpired,         // skipped: it would be deleted at once
};

// What finds a client's record in a table; for who does more than one thing with it.
struct ClientKey {
  uint64_t shared_hash = 0;  // the same at all nodes
  uint64_t probe_hash = 0;
};

// A client's report whose time has been parsed.
struct ParsedReport {
  Report report;
  int64_t client_time_ns = 0;  // the value of `report.time`
};

// A record met by Table::VisitRange. Valid during the visit.
struct RangeRecord {
  RecordView record;
  const char* block;     // record.Bytes() bytes
  uint64_t client_hash;  // places it in a HashRange
  uint64_t record_hash;  // of the whole record, the same at all nodes
};

// Thread-safe. Locks one stripe at a time, and calls nothing but a visitor while it holds one.
class Table {
 public:
  explicit Table(TableOptions options);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // Takes a client's own report, received at `received_ns`. When it is known afterwards (won,
  // equal, stale), `held` is where the record stands that the table holds for the client now: this
  // report, or the greater one.
  MergeOutcome TakeReport(const Report& report, int64_t received_ns, FeedPosition* held = nullptr);
  // The same for who knows the client's key, and the value of the time.
  MergeOutcome TakeReport(const ParsedReport& parsed, const ClientKey& key, int64_t received_ns,
                          FeedPosition* held = nullptr);

  // Merges a valid record that came by the given follower's link (0: by none that counts for split
  // horizon). `record.origin` must be of this table's origins(). Not judged: limits(), validity.
  MergeOutcome Merge(const RecordView& record, FollowerMask came_by) {
    return Merge(record, KeyOf(record.client), came_by);
  }
  MergeOutcome Merge(const RecordView& record, const ClientKey& key, FollowerMask came_by);

  // Copies a client's newest report; false when there is none, or it has expired.
  bool Find(std::string_view client, StoredReport& out) const;

  // Calls `visit` with the same report, and with the name of the node that took it, under its
  // stripe's lock: it must not call back. False when there is none.
  bool Visit(std::string_view client, const ClientKey& key,
             absl::FunctionRef<void(const RecordView&, std::string_view server)> visit) const;

  ClientKey KeyOf(std::string_view client) const;

  // Where the feeds end: what has changed until now lies before it.
  FeedPositions FeedEnds() const;

  // Begins to fetch from memory what the calls above will need: the records lie anywhere, and those
  // of several clients come in the time of one. Changes nothing else.
  void Prefetch(std::span<const ClientKey> keys) const;

  // Calls `visit` with every record of a bucket that has not expired, under its stripe's lock: it
  // must not call back.
  void VisitBucket(uint32_t bucket, const std::function<void(const RecordView&)>& visit) const;

  // Forgets and deletes what is due at `now_ns`, and brings the digest up to its tick. Does a
  // bounded part of it, the next call the next part: to be called about every quarter of a second,
  // by one thread. Without expiry, and between ticks, it costs nothing.
  void Expire(int64_t now_ns);

  // Number of records, one per client; those that have expired count until they are deleted.
  uint64_t Records() const { return records_.load(std::memory_order_relaxed); }

  // Memory for records, free blocks included.
  uint64_t MemoryBytes() const;

  // What the table has to be given, in bytes: its arenas and slots, its feeds as large as they may
  // become without another client, and room to move the largest stripe. Takes no lock.
  uint64_t FootprintBytes() const {
    return stripe_bytes_.load(std::memory_order_relaxed) +
           largest_arena_.load(std::memory_order_relaxed);
  }

  // Entries that the feeds hold, dead ones included: at most feed_min_entries for each stripe, or
  // one for two records.
  uint64_t FeedEntries() const;

  // Reports that were further in the future than max_future_ns, and records that were deleted for
  // their age, or skipped for it when a peer sent them.
  uint64_t FutureReports() const { return future_reports_.load(std::memory_order_relaxed); }
  uint64_t ExpiredRecords() const { return expired_records_.load(std::memory_order_relaxed); }

  // Equal at two nodes of a herd, at a common tick: equal contents. nullopt while the sums are made
  // anew, because the clock has jumped.
  std::optional<TableDigest> Digest() const;
  // The sum at the present tick, whatever state it is in. For people.
  uint64_t RootDigest() const { return SumAt(tick_.load(std::memory_order_relaxed)); }

  // Whether sums of that tick are known; only then the two below mean anything. Those of kEveryTick
  // are, but take a look at every record.
  bool KnowsTick(int64_t tick) const;
  uint64_t BucketDigest(uint32_t bucket, int64_t tick) const;
  // Calls `visit` with the records of a range that count at that tick, under their stripe's lock.
  // Returns how much work it was, in records looked at. REQUIRES: range.bits >= kBucketBits.
  size_t VisitRange(const HashRange& range, int64_t tick,
                    const std::function<void(const RangeRecord&)>& visit) const;
  // Records of a bucket, whether or not they count.
  size_t BucketRecords(uint32_t bucket) const;

  // The hash that all nodes of the herd share; its top kBucketBits are the client's bucket.
  uint64_t SharedHash(std::string_view client) const;

  // The hash of a record, as the sums count it. REQUIRES: its views point into one block.
  uint64_t HashOf(const RecordView& record) const {
    assert(record.location.data() == record.client.data() + record.client.size());
    return RecordHash(record.client.data() - kRecordHeaderBytes, record);
  }

  // What reports are refused by. What was taken before stays as it is.
  TableLimits& limits() { return limits_; }
  const TableLimits& limits() const { return limits_; }
  // See TableOptions.
  void SetMaxFuture(int64_t ns) { max_future_ns_.store(ns, std::memory_order_relaxed); }

  OriginTable& origins() { return origins_; }
  const OriginTable& origins() const { return origins_; }
  const std::string& node() const { return options_.node; }

 private:
  friend class Cursor;
  using Bucket = TableBucket;
  using Stripe = TableStripe;
  struct Place {
    uint32_t stripe;
    uint32_t bucket;  // within the stripe
  };

  // A follower takes at most this many records while it holds a stripe's lock: about 10 us.
  static constexpr int kRecordsPerLock = 256;
  // It fetches from memory so many records before it takes them.
  static constexpr size_t kRecordsAhead = 12;
  // As many misses as a processor has on their way at once, or a little more.
  static constexpr size_t kPrefetchedTogether = 16;

  static Place PlaceOf(uint64_t shared_hash) {
    return {static_cast<uint32_t>(shared_hash >> (64 - kStripeBits)),
            static_cast<uint32_t>(shared_hash >> (64 - kBucketBits)) % kBucketsPerStripe};
  }
  uint64_t ProbeHash(std::string_view client) const;
  uint64_t RecordHash(const char* block, const RecordView& record) const;

  // Which of the two sums of each bucket belongs to a tick.
  static size_t SumIndex(int64_t tick) { return static_cast<uint64_t>(tick) & 1; }
  uint64_t SumAt(int64_t tick) const;
  // Adds to the sums in which a record counts that was received then.
  void Count(int64_t received_ns, uint64_t hash, BucketSums& sums) const {
    for (size_t i = 0; i < sums.size(); ++i) {
      if (received_ns >= cutoffs_[i].load(std::memory_order_relaxed)) sums[i] += hash;
    }
  }
  void BeginSweep(int64_t tick);
  size_t SweepBucket(uint32_t bucket, int64_t kept_since_ns);

  // `bounded`: limits() holds.
  MergeOutcome MergeInto(const RecordView& record, const ClientKey& key, FollowerMask came_by,
                         bool bounded, FeedPosition* held);
  // Whether the footprint may grow by so many bytes, after moving the stripe's records together if
  // that helps. REQUIRES: the stripe is locked.
  bool HasRoom(Stripe& stripe, size_t growth, uint64_t max_bytes);
  // Brings the footprint up to date. REQUIRES: the stripe is locked.
  void CountMemory(Stripe& stripe);
  // Asserts that the bucket's sums are those of its records. REQUIRES: the stripe is locked.
  void CheckBucket(const Stripe& stripe, const Bucket& bucket) const;
  // For Cursor: appends what changed in a stripe; true when more is left.
  bool CopyChanges(uint32_t stripe_index, FollowerId follower, RecordBatch& out,
                   Feed::Position& next);

  // Constant after construction.
  const TableOptions options_;
  const uint64_t shared_seed_;

  // Settings that may change.
  TableLimits limits_;
  std::atomic<int64_t> max_future_ns_;

  // Have their own synchronization.
  OriginTable origins_;
  std::atomic<uint64_t> records_{0};
  std::atomic<uint64_t> stripe_bytes_{0};   // the sum of Stripe::MemoryBytes
  std::atomic<uint64_t> largest_arena_{0};  // of all stripes
  FollowerSet followers_;

  const OriginIndex own_origin_;
  const std::unique_ptr<Stripe[]> stripes_;

  // Written by the thread that calls Expire, read by all.
  std::atomic<int64_t> known_since_ns_{ExpiryRule::kAlways};
  std::atomic<int64_t> kept_since_ns_{ExpiryRule::kAlways};
  std::atomic<int64_t> tick_{0};
  std::atomic<bool> knows_tick_;
  std::atomic<bool> knows_previous_;
  std::array<std::atomic<int64_t>, 2> cutoffs_{ExpiryRule::kAlways, ExpiryRule::kAlways};
  // Of the thread that calls Expire: the sweep under way, if any.
  int64_t sweep_tick_ = 0;
  uint32_t sweep_bucket_ = kBuckets;

  std::atomic<uint64_t> future_reports_{0};
  std::atomic<uint64_t> expired_records_{0};
};

}  // namespace proxyherd
