// The location table: a last-writer-wins register map, client -> newest record, with the change
// feed that its followers read.
//
// Merging is commutative, associative and idempotent, so the order in which records arrive does not
// matter. Clients are spread over stripes, each with its lock, its buckets and its part of the
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
  // Seeds the hashes that nodes compare, so that two herds are never taken for equal.
  std::string herd;
  // This node's name: the origin of the reports that it takes.
  std::string node;
  // New clients beyond this number are refused, at ingress only: records from peers always merge,
  // so that replicas never differ in their decisions.
  uint64_t max_clients = 10'000'000;
  // Reports that would raise FootprintBytes above this are refused, at ingress only. That can be a
  // new client, or a longer record of a known one.
  uint64_t max_bytes = GrowthLimit::kNone;
  // Seeds the probing of the hash tables; differs between processes, so that ids cannot be chosen
  // to collide.
  uint64_t probe_seed = 0;
  // A report dated later than its receive time plus this is ordered as if dated exactly that: after
  // its clock is corrected, a client's reports lose for at most this long. The node that takes the
  // report decides, and the effective time travels with it. 0: clients' clocks are trusted.
  int64_t max_future_ns = 0;
  ExpiryRule expiry = {};
  // A stripe's feed with fewer entries is not compacted; a lower number costs time and saves
  // memory.
  size_t feed_min_entries = Feed::kMinCapacity;
};

enum class MergeOutcome {
  kWon,             // it is now the client's newest; followers will see it
  kEqual,           // exactly this record was known already
  kStale,           // a newer one is known; nothing changed
  kTooManyClients,  // refused: a new client beyond the limit on clients
  kNoMemory,        // refused: a new client, or a longer record, beyond the limit on bytes
  kInvalid,         // refused: IsValidRecord is false
  kExpired,         // skipped: it would be deleted immediately
};

// Precomputed hashes of a client id, for callers that make several lookups.
struct ClientKey {
  uint64_t shared_hash = 0;  // the same at all nodes
  uint64_t probe_hash = 0;
};

// A client's report whose time has been parsed.
struct ParsedReport {
  Report report;
  int64_t client_time_ns = 0;  // the value of `report.time`
};

// A record visited by Table::VisitRange. Valid during the visit.
struct RangeRecord {
  RecordView record;
  const char* block;     // record.Bytes() bytes
  uint64_t client_hash;  // places it in a HashRange
  uint64_t record_hash;  // of the whole record, the same at all nodes
};

// Thread-safe. Locks one stripe at a time, and calls nothing but a visitor while it holds the lock.
class Table {
 public:
  explicit Table(TableOptions options);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // Takes a report of a client, received at `received_ns`. If the client is known afterwards (won,
  // equal, stale), `held` is set to the feed position of the record that the table now holds for
  // it: this report, or the greater one.
  MergeOutcome TakeReport(const Report& report, int64_t received_ns, FeedPosition* held = nullptr);
  // The same for callers that have the client's key and the value of the time already.
  MergeOutcome TakeReport(const ParsedReport& parsed, const ClientKey& key, int64_t received_ns,
                          FeedPosition* held = nullptr);

  // Merges a valid record. `came_by`: the follower by whose link it came, to which it need not be
  // sent back; 0 if it may be sent to all. `record.origin` must be from this table's origins().
  // Does not check limits() or validity.
  MergeOutcome Merge(const RecordView& record, FollowerMask came_by) {
    return Merge(record, KeyOf(record.client), came_by);
  }
  MergeOutcome Merge(const RecordView& record, const ClientKey& key, FollowerMask came_by);

  // Copies a client's newest report; returns false if it is missing or expired.
  bool Find(std::string_view client, StoredReport& out) const;

  // Calls `visit` with that report and the name of the node that took it, under the stripe's lock:
  // `visit` must not call the table. Returns false if the report is missing or expired.
  bool Visit(std::string_view client, const ClientKey& key,
             absl::FunctionRef<void(const RecordView&, std::string_view server)> visit) const;

  ClientKey KeyOf(std::string_view client) const;

  // The ends of the feeds: every change until now is before them.
  FeedPositions FeedEnds() const;

  // Prefetches the memory that the calls above need for these clients. Their records are scattered;
  // fetched together, several arrive in the time of one. Has no other effect.
  void Prefetch(std::span<const ClientKey> keys) const;

  // Calls `visit` with every unexpired record of the bucket, under its stripe's lock: `visit` must
  // not call the table.
  void VisitBucket(uint32_t bucket, const std::function<void(const RecordView&)>& visit) const;

  // Forgets and deletes the records that are due at `now_ns`, and advances the digest to the tick
  // of that time. Each call does a bounded part of the work: call it about four times a second,
  // always on the same thread. Between ticks it costs nothing.
  void Expire(int64_t now_ns);
  // Returns false if records never expire; then Expire has no effect.
  bool Expires() const { return options_.expiry.Enabled(); }

  // The number of records, one per client; expired ones are included until they are deleted.
  uint64_t Records() const { return records_.load(std::memory_order_relaxed); }

  // The memory for records, including free blocks.
  uint64_t MemoryBytes() const;

  // The memory to reserve for the table, in bytes: its arenas and slots, its feeds at the size to
  // which they may grow without another client, and room to move the largest stripe. Takes no lock.
  uint64_t FootprintBytes() const {
    return stripe_bytes_.load(std::memory_order_relaxed) +
           largest_arena_.load(std::memory_order_relaxed);
  }

  // The number of entries in the feeds, including dead ones: in each stripe at most
  // feed_min_entries, or one for two records if that is more.
  uint64_t FeedEntries() const;

  // The number of reports that were dated further in the future than max_future_ns; and the number
  // of records that were deleted for their age, or skipped for it when they came from a peer.
  uint64_t FutureReports() const { return future_reports_.load(std::memory_order_relaxed); }
  uint64_t ExpiredRecords() const { return expired_records_.load(std::memory_order_relaxed); }

  // Equal digests of two nodes of a herd, at a common tick, mean equal contents. nullopt while the
  // sums are computed: with expiry, after a start and after a jump of the clock.
  std::optional<TableDigest> Digest() const;
  // The sum at the present tick, even if it is incomplete. For display only.
  uint64_t RootDigest() const { return SumAt(tick_.load(std::memory_order_relaxed)); }

  // Returns true if the sums of that tick are known; otherwise the two calls below are meaningless.
  // Those of kEveryTick are always known, but computed from every record at each call.
  bool KnowsTick(int64_t tick) const;
  uint64_t BucketDigest(uint32_t bucket, int64_t tick) const;
  // Calls `visit` with the range's records that a digest of that tick includes, under the stripe's
  // lock. Returns the number of records examined, as the cost. REQUIRES: range.bits >= kBucketBits.
  size_t VisitRange(const HashRange& range, int64_t tick,
                    const std::function<void(const RangeRecord&)>& visit) const;
  // The number of records of a bucket, including expired ones.
  size_t BucketRecords(uint32_t bucket) const;

  // The hash that all nodes of the herd share; its top kBucketBits are the client's bucket.
  uint64_t SharedHash(std::string_view client) const;

  // The hash of a record that the sums add up. REQUIRES: its views point into one block.
  uint64_t HashOf(const RecordView& record) const {
    assert(record.location.data() == record.client.data() + record.client.size());
    return RecordHash(record.client.data() - kRecordHeaderBytes, record);
  }

  // The limits beyond which reports are refused. They do not affect records taken before.
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

  // The maximum number of records that a follower takes while it holds a stripe's lock: about 10
  // us.
  static constexpr int kRecordsPerLock = 256;
  // A follower prefetches the record this many entries ahead of the one it takes.
  static constexpr size_t kRecordsAhead = 12;
  // About as many cache misses as a processor has in flight at a time.
  static constexpr size_t kPrefetchedTogether = 16;

  static Place PlaceOf(uint64_t shared_hash) {
    return {static_cast<uint32_t>(shared_hash >> (64 - kStripeBits)),
            static_cast<uint32_t>(shared_hash >> (64 - kBucketBits)) % kBucketsPerStripe};
  }
  uint64_t ProbeHash(std::string_view client) const;
  uint64_t RecordHash(const char* block, const RecordView& record) const;

  // The index of a tick's sum among the two of each bucket.
  static size_t SumIndex(int64_t tick) { return static_cast<uint64_t>(tick) & 1; }
  uint64_t SumAt(int64_t tick) const;
  // Adds a hash to the sums that include records received at that time.
  void Count(int64_t received_ns, uint64_t hash, BucketSums& sums) const {
    for (size_t i = 0; i < sums.size(); ++i) {
      if (received_ns >= cutoffs_[i].load(std::memory_order_relaxed)) sums[i] += hash;
    }
  }
  void BeginSweep(int64_t tick);
  size_t SweepBucket(uint32_t bucket, int64_t kept_since_ns);

  // `bounded`: limits() apply.
  MergeOutcome MergeInto(const RecordView& record, const ClientKey& key, FollowerMask came_by,
                         bool bounded, FeedPosition* held);
  // Returns true if the footprint may grow by `growth` bytes, after compacting the stripe if that
  // helps. REQUIRES: the stripe is locked.
  bool HasRoom(Stripe& stripe, size_t growth, uint64_t max_bytes);
  // Updates the footprint. REQUIRES: the stripe is locked.
  void CountMemory(Stripe& stripe);
  // Asserts that the bucket's sums are those of its records. REQUIRES: the stripe is locked.
  void CheckBucket(const Stripe& stripe, const Bucket& bucket) const;
  // For Cursor: appends the changes of a stripe; returns true if more are left.
  bool CopyChanges(uint32_t stripe_index, FollowerId follower, RecordBatch& out,
                   Feed::Position& next);

  // Constant after construction.
  const TableOptions options_;
  const uint64_t shared_seed_;

  // Settings that may change.
  TableLimits limits_;
  std::atomic<int64_t> max_future_ns_;

  // Synchronized on their own.
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
  // Owned by the thread that calls Expire: the sweep in progress, if any.
  int64_t sweep_tick_ = 0;
  uint32_t sweep_bucket_ = kBuckets;

  std::atomic<uint64_t> future_reports_{0};
  std::atomic<uint64_t> expired_records_{0};
};

}  // namespace proxyherd
