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
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/cursor.h"
#include "core/feed.h"
#include "core/origins.h"
#include "core/record.h"
#include "core/record_batch.h"
#include "core/report.h"

namespace proxyherd {

inline constexpr int kStripes = 16;
inline constexpr int kBucketsPerStripe = 256;
inline constexpr int kBuckets = kStripes * kBucketsPerStripe;

struct TableOptions {
  // Seeds the hashes that nodes compare, so that two herds never look equal.
  std::string herd;
  // This node's name: the origin of the reports that it takes.
  std::string node;
  // New clients beyond this many are refused, at ingress only: what peers send always merges, so
  // that replicas never judge differently.
  uint64_t max_clients = 10'000'000;
  // Seeds the table's own probing; differs between processes, so that ids cannot be chosen to
  // collide.
  uint64_t probe_seed = 0;
};

enum class MergeOutcome {
  kWon,             // it is now the client's newest; followers will see it
  kEqual,           // exactly this record was known already
  kStale,           // a newer one is known; nothing changed
  kTooManyClients,  // refused: a new client beyond max_clients
  kInvalid,         // refused: IsValidRecord says no
};

// Where a scan of the table stands; begins at {} and ends when bucket == kBuckets.
struct ScanPosition {
  uint32_t bucket = 0;
  uint32_t slot = 0;
  uint32_t capacity = 0;  // of the bucket when `slot` was reached
  bool operator==(const ScanPosition&) const = default;
};

// Thread-safe. Locks one stripe at a time, and calls nothing but a visitor while it holds one.
class Table {
 public:
  explicit Table(TableOptions options);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // Takes a client's own report, received at `received_ns`; its client time is its effective time.
  // When it is known afterwards (won, equal, stale), `held` is where the record stands that the
  // table holds for the client now: this report, or the greater one.
  MergeOutcome TakeReport(const Report& report, int64_t received_ns, FeedPlace* held = nullptr);

  // Merges a valid record that came by the given follower's link (0: by none that counts for split
  // horizon). `record.origin` must be of this table's origins(). Not judged: max_clients, validity.
  MergeOutcome Merge(const RecordView& record, FollowerMask came_by);

  // Copies a client's newest report; false when there is none.
  bool Find(std::string_view client, StoredReport& out) const;

  // Calls `visit` with every record of a bucket, under its stripe's lock: it must not call back.
  void VisitBucket(uint32_t bucket, const std::function<void(const RecordView&)>& visit) const;

  // Appends records from `at` on until the batch is full; returns where to go on. A record present
  // during the whole scan is copied at least once.
  ScanPosition CopyFrom(ScanPosition at, RecordBatch& out) const;

  // Number of records; one per client.
  uint64_t Records() const { return records_.load(std::memory_order_relaxed); }

  // Memory for records, free blocks included.
  uint64_t MemoryBytes() const;

  // Sum of the hashes of all records. Equal at two nodes of a herd: equal contents.
  uint64_t RootDigest() const;
  uint64_t BucketDigest(uint32_t bucket) const;

  // The hash that all nodes of the herd share; its top 12 bits are the client's bucket.
  uint64_t SharedHash(std::string_view client) const;

  OriginTable& origins() { return origins_; }
  const OriginTable& origins() const { return origins_; }
  const std::string& node() const { return options_.node; }

 private:
  friend class Cursor;
  struct Bucket;
  struct Stripe;
  struct Place {
    uint32_t stripe;
    uint32_t bucket;  // within the stripe
  };

  // A follower takes at most this many records while it holds a stripe's lock: about 10 us.
  static constexpr int kRecordsPerLock = 256;

  static Place PlaceOf(uint64_t shared_hash) {
    return {static_cast<uint32_t>(shared_hash >> 60),
            static_cast<uint32_t>(shared_hash >> 52) % kBucketsPerStripe};
  }
  uint64_t ProbeHash(std::string_view client) const;
  uint64_t RecordHash(const char* block, const RecordView& record) const;

  MergeOutcome MergeInto(const RecordView& record, FollowerMask came_by, bool may_add,
                         FeedPlace* held);
  // For Cursor: appends what changed in a stripe; true when more is left.
  bool CopyChanges(uint32_t stripe_index, FollowerId follower, RecordBatch& out,
                   Feed::Position& next);

  // Constant after construction.
  const TableOptions options_;
  const uint64_t shared_seed_;

  // Have their own synchronization.
  OriginTable origins_;
  std::atomic<uint64_t> records_{0};
  FollowerSet followers_;

  const OriginIndex own_origin_;
  const std::unique_ptr<Stripe[]> stripes_;
};

}  // namespace proxyherd
