#include "core/table.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/check.h"
#include "core/exact_time.h"
#include "core/table_stripe.h"

namespace proxyherd {

Table::Table(TableOptions options)
    : options_(std::move(options)),
      shared_seed_(XXH3_64bits(options_.herd.data(), options_.herd.size())),
      limits_({options_.max_clients, options_.max_bytes}),
      max_future_ns_(options_.max_future_ns),
      origins_(shared_seed_),
      own_origin_(origins_.Intern(options_.node).value()),
      stripes_(new Stripe[kStripes]),
      knows_tick_(!options_.expiry.Enabled()),
      knows_previous_(false) {
  for (int i = 0; i < kStripes; ++i) {
    MutexLock lock(&stripes_[i].mu);
    stripes_[i].feed = Feed(options_.feed_min_entries);
    CountMemory(stripes_[i]);
  }
}

Table::~Table() = default;

uint64_t Table::SharedHash(std::string_view client) const {
  return XXH3_64bits_withSeed(client.data(), client.size(), shared_seed_);
}

uint64_t Table::ProbeHash(std::string_view client) const {
  return XXH3_64bits_withSeed(client.data(), client.size(), options_.probe_seed);
}

ClientKey Table::KeyOf(std::string_view client) const {
  return {SharedHash(client), ProbeHash(client)};
}

// An origin's number differs between nodes, so the hash of its name is used instead.
uint64_t Table::RecordHash(const char* block, const RecordView& record) const {
  return XXH3_64bits_withSeed(block + sizeof(OriginIndex), record.Bytes() - sizeof(OriginIndex),
                              shared_seed_ ^ origins_.HashOf(record.origin));
}

MergeOutcome Table::TakeReport(const Report& report, int64_t received_ns, FeedPosition* held) {
  const std::optional<int64_t> client_time_ns = ParseTimeNs(report.time);
  if (!client_time_ns.has_value()) return MergeOutcome::kInvalid;
  return TakeReport({report, *client_time_ns}, KeyOf(report.client), received_ns, held);
}

MergeOutcome Table::TakeReport(const ParsedReport& parsed, const ClientKey& key,
                               int64_t received_ns, FeedPosition* held) {
  const auto& [report, client_time_ns] = parsed;
  RecordView record = {own_origin_,   client_time_ns,  received_ns,
                       report.client, report.location, report.time};
  const int64_t max_future_ns = max_future_ns_.load(std::memory_order_relaxed);
  if (max_future_ns > 0 && client_time_ns - received_ns > max_future_ns) {
    record.effective_ns = received_ns + max_future_ns;
    future_reports_.fetch_add(1, std::memory_order_relaxed);
  }
  record.time = StoredTimeText(record.time, client_time_ns, record.effective_ns);
  if (!IsValidRecord(record, client_time_ns)) return MergeOutcome::kInvalid;
  return MergeInto(record, key, 0, true, held);
}

MergeOutcome Table::Merge(const RecordView& record, const ClientKey& key, FollowerMask came_by) {
  if (record.received_ns < kept_since_ns_.load(std::memory_order_relaxed)) {
    expired_records_.fetch_add(1, std::memory_order_relaxed);
    return MergeOutcome::kExpired;
  }
  return MergeInto(record, key, came_by, false, nullptr);
}

MergeOutcome Table::MergeInto(const RecordView& record, const ClientKey& key, FollowerMask came_by,
                              bool bounded, FeedPosition* held) {
  const Place place = PlaceOf(key.shared_hash);
  Stripe& stripe = stripes_[place.stripe];
  BucketSums change{};
  bool takes_memory = true;
  {
    MutexLock lock(&stripe.mu);
    Bucket& bucket = stripe.buckets[place.bucket];
    BlockArena::Handle* slot = stripe.Find(bucket, key.probe_hash, record.client);
    if (slot == nullptr) {
      if (bounded && Records() >= limits_.Clients()) return MergeOutcome::kTooManyClients;
      if (bounded &&
          !HasRoom(stripe, stripe.AddBytes(bucket, record.Bytes()), limits_.BytesForNew())) {
        return MergeOutcome::kNoMemory;
      }
      slot = stripe.Add(bucket, key.probe_hash, SlotTable::PartOf(key.shared_hash, kBucketBits),
                        record, [this](std::string_view client) { return ProbeHash(client); });
      records_.fetch_add(1, std::memory_order_relaxed);
    } else {
      RecordView known = stripe.RecordAt(*slot);
      const int order = CompareRecords(record, origins_.NameOf(record.origin), known,
                                       origins_.NameOf(known.origin));
      if (order == 0) stripe.feed.CameAgain(*slot, stripe.FeedPositionOf(*slot), came_by);
      if (order <= 0 && held != nullptr) *held = {place.stripe, stripe.PositionOfVersion(*slot)};
      if (order <= 0) return order == 0 ? MergeOutcome::kEqual : MergeOutcome::kStale;
      takes_memory = !Stripe::SameCapacity(known.Bytes(), record.Bytes());
      if (takes_memory && bounded &&
          !HasRoom(stripe, stripe.ReplaceBytes(*slot, record.Bytes()), limits_.Bytes())) {
        return MergeOutcome::kNoMemory;
      }
      if (takes_memory) known = stripe.RecordAt(*slot);  // making room may have moved it
      Count(known.received_ns, 0 - RecordHash(stripe.BlockAt(*slot), known), change);
      const bool tight = takes_memory && FootprintBytes() + 2 * kMaxRecordBytes >= limits_.Bytes();
      stripe.Replace(*slot, record, tight);
    }
    Count(record.received_ns, RecordHash(stripe.BlockAt(*slot), record), change);
    stripe.ChangeSums(bucket, change);
    stripe.MarkChanged(*slot, came_by);
    PROXYHERD_CHECKED(CheckBucket(stripe, bucket));
    if (takes_memory) CountMemory(stripe);
    if (held != nullptr) *held = {place.stripe, stripe.PositionOfVersion(*slot)};
  }
  followers_.WakeIdle(came_by);
  return MergeOutcome::kWon;
}

bool Table::HasRoom(Stripe& stripe, size_t growth,
                    uint64_t max_bytes) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  // `growth` is doubled, because the room to move this stripe also grows if it is the largest one.
  // A new record may also enlarge the feed, by less than one entry.
  growth = 2 * growth + (growth > 0 ? sizeof(Feed::Entry) : 0);
  if (growth == 0 || FootprintBytes() + growth <= max_bytes) return true;
  if (!stripe.WorthCompacting()) return false;
  stripe.Compact();
  CountMemory(stripe);
  return FootprintBytes() + growth <= max_bytes;
}

void Table::CountMemory(Stripe& stripe) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  const size_t bytes = stripe.MemoryBytes();
  if (bytes == stripe.counted_bytes) return;
  stripe_bytes_.fetch_add(bytes - stripe.counted_bytes, std::memory_order_relaxed);
  stripe.counted_bytes = bytes;
  const size_t arena = stripe.arena.MemoryBytes();
  const size_t arena_before = stripe.arena_bytes.exchange(arena, std::memory_order_relaxed);
  uint64_t largest = arena;
  if (arena < arena_before) {
    // The arena may have been the largest one. If other arenas grow meanwhile, their own calls
    // include that.
    for (int i = 0; i < kStripes; ++i) {
      const uint64_t other = stripes_[i].arena_bytes.load(std::memory_order_relaxed);
      largest = std::max(largest, other);
    }
    largest_arena_.store(largest, std::memory_order_relaxed);
    return;
  }
  uint64_t known = largest_arena_.load(std::memory_order_relaxed);
  while (known < largest && !largest_arena_.compare_exchange_weak(known, largest)) {
  }
}

bool Table::Visit(std::string_view client, const ClientKey& key,
                  absl::FunctionRef<void(const RecordView&, std::string_view server)> visit) const {
  const Place place = PlaceOf(key.shared_hash);
  const Stripe& stripe = stripes_[place.stripe];
  MutexLock lock(&stripe.mu);
  const BlockArena::Handle* slot =
      stripe.Find(stripe.buckets[place.bucket], key.probe_hash, client);
  if (slot == nullptr) return false;
  const RecordView record = stripe.RecordAt(*slot);
  if (record.received_ns < known_since_ns_.load(std::memory_order_relaxed)) return false;
  visit(record, origins_.NameOf(record.origin));
  return true;
}

bool Table::Find(std::string_view client, StoredReport& out) const {
  return Visit(client, KeyOf(client), [&out](const RecordView& record, std::string_view server) {
    out.location.assign(record.location);
    out.time.assign(TimeText(record).text());
    out.server.assign(server);
    out.client_time_ns = ClientTimeNs(record);
    out.received_ns = record.received_ns;
  });
}

// A record's address is known only after its slot has been fetched, so there are two rounds: one
// for the slots, one for the records. Each collects the addresses under the locks, and prefetches
// them after all locks are released: a prefetch between two locked instructions comes too late, if
// at all.
void Table::Prefetch(std::span<const ClientKey> keys) const {
  while (keys.size() > kPrefetchedTogether) {
    Prefetch(keys.first(kPrefetchedTogether));
    keys = keys.subspan(kPrefetchedTogether);
  }
  // `homes` and `records` are filled only up to the number of keys.
  std::array<SlotTable::Home, kPrefetchedTogether> homes;
  for (size_t i = 0; i < keys.size(); ++i) {
    const Place place = PlaceOf(keys[i].shared_hash);
    const Stripe& stripe = stripes_[place.stripe];
    MutexLock lock(&stripe.mu);
    homes[i] = stripe.buckets[place.bucket].slots.HomeOf(keys[i].probe_hash);
  }
  for (size_t i = 0; i < keys.size(); ++i) {
    __builtin_prefetch(homes[i].tag);
    __builtin_prefetch(homes[i].handle);
  }
  std::array<const char*, kPrefetchedTogether> records;
  for (size_t i = 0; i < keys.size(); ++i) {
    const Place place = PlaceOf(keys[i].shared_hash);
    const Stripe& stripe = stripes_[place.stripe];
    MutexLock lock(&stripe.mu);
    records[i] = stripe.LikelyRecord(stripe.buckets[place.bucket], keys[i].probe_hash);
  }
  for (size_t i = 0; i < keys.size(); ++i) {
    if (records[i] != nullptr) Stripe::PrefetchRecord(records[i]);
  }
}

void Table::VisitBucket(uint32_t bucket,
                        const std::function<void(const RecordView&)>& visit) const {
  const Stripe& stripe = stripes_[bucket / kBucketsPerStripe];
  MutexLock lock(&stripe.mu);
  const SlotTable& slots = stripe.buckets[bucket % kBucketsPerStripe].slots;
  const int64_t known_since_ns = known_since_ns_.load(std::memory_order_relaxed);
  for (uint32_t slot = 0; slot < slots.capacity(); ++slot) {
    if (slots.At(slot) == 0) continue;
    const RecordView record = stripe.RecordAt(slots.At(slot));
    if (record.received_ns >= known_since_ns) visit(record);
  }
}

FeedPositions Table::FeedEnds() const {
  FeedPositions ends;
  for (int i = 0; i < kStripes; ++i) {
    ends[i] = stripes_[i].feed_end.load(std::memory_order_acquire);
  }
  return ends;
}

bool Table::CopyChanges(uint32_t stripe_index, FollowerId follower, RecordBatch& out,
                        Feed::Position& next) {
  Stripe& stripe = stripes_[stripe_index];
  MutexLock lock(&stripe.mu);
  if (stripe.feed.Scanning(follower)) stripe.CopyScanned(follower, out, kRecordsPerLock);
  for (int copied = 0; copied < kRecordsPerLock && !out.Full(); ++copied) {
    if (stripe.feed.Scanning(follower)) break;
    const Feed::Entry* entry = stripe.feed.Next(follower);
    if (entry == nullptr) break;
    if (const BlockArena::Handle later = stripe.feed.Later(*entry, kRecordsAhead); later != 0) {
      Stripe::PrefetchRecord(stripe.arena.At(later));
    }
    const RecordView record = stripe.RecordAt(entry->record);
    out.Append(stripe.BlockAt(entry->record), record.Bytes(), record.origin);
  }
  next = stripe.feed.NextPosition(follower);
  return next < stripe.feed.End();
}

uint64_t Table::MemoryBytes() const {
  uint64_t sum = 0;
  for (int i = 0; i < kStripes; ++i) {
    MutexLock lock(&stripes_[i].mu);
    sum += stripes_[i].arena.MemoryBytes();
  }
  return sum;
}

uint64_t Table::FeedEntries() const {
  uint64_t sum = 0;
  for (int i = 0; i < kStripes; ++i) {
    MutexLock lock(&stripes_[i].mu);
    sum += stripes_[i].feed.Entries();
  }
  return sum;
}

}  // namespace proxyherd
