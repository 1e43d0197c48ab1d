// The contents of a table as sums of hashes: updated at each change, compared by nodes, and moved
// from tick to tick as records expire.
#include <cassert>

#include "base/check.h"
#include "core/table.h"
#include "core/table_stripe.h"

namespace proxyherd {
namespace {

// One call of Expire examines about this many records: a few milliseconds.
constexpr size_t kRecordsPerExpire = 65'536;

// How far ahead a scan prefetches records: they are scattered in memory, and waiting for each would
// cost several times as much as hashing it.
constexpr uint32_t kPrefetched = 8;

// Skipping this many slots costs about as much as examining one record.
constexpr uint32_t kSlotsPerLook = 64;

}  // namespace

uint64_t Table::SumAt(int64_t tick) const {
  uint64_t sum = 0;
  for (int i = 0; i < kStripes; ++i) {
    sum += stripes_[i].sums[SumIndex(tick)].load(std::memory_order_relaxed);
  }
  return sum;
}

std::optional<TableDigest> Table::Digest() const {
  if (!knows_tick_) return std::nullopt;
  TableDigest digest;
  digest.tick = tick_;
  digest.sum = SumAt(digest.tick);
  if (knows_previous_) digest.previous_sum = SumAt(digest.tick - 1);
  return digest;
}

bool Table::KnowsTick(int64_t tick) const {
  if (tick == kEveryTick) return true;
  if (!knows_tick_) return false;
  return tick == tick_ || (tick == tick_ - 1 && knows_previous_);
}

uint64_t Table::BucketDigest(uint32_t bucket, int64_t tick) const {
  if (tick == kEveryTick) {
    uint64_t sum = 0;
    VisitRange({uint64_t{bucket} << (64 - kBucketBits), kBucketBits}, tick,
               [&](const RangeRecord& met) { sum += met.record_hash; });
    return sum;
  }
  const Stripe& stripe = stripes_[bucket / kBucketsPerStripe];
  MutexLock lock(&stripe.mu);
  return stripe.buckets[bucket % kBucketsPerStripe].sums[SumIndex(tick)];
}

size_t Table::BucketRecords(uint32_t bucket) const {
  const Stripe& stripe = stripes_[bucket / kBucketsPerStripe];
  MutexLock lock(&stripe.mu);
  return stripe.buckets[bucket % kBucketsPerStripe].slots.size();
}

size_t Table::VisitRange(const HashRange& range, int64_t tick,
                         const std::function<void(const RangeRecord&)>& visit) const {
  assert(range.IsValid() && range.bits >= kBucketBits);
  const Place place = PlaceOf(range.first);
  const Stripe& stripe = stripes_[place.stripe];
  MutexLock lock(&stripe.mu);
  const SlotTable& slots = stripe.buckets[place.bucket].slots;
  const SlotTable::PartFilter filter(SlotTable::PartOf(range.first, kBucketBits),
                                     range.bits - kBucketBits);
  const int64_t cutoff_ns = options_.expiry.CutoffOf(tick);
  size_t looked_at = slots.capacity() / kSlotsPerLook;
  for (uint32_t slot = 0; slot < slots.capacity(); ++slot) {
    const uint32_t ahead = slot + kPrefetched;
    if (ahead < slots.capacity() && slots.Passes(filter, ahead) && slots.At(ahead) != 0) {
      Stripe::PrefetchRecord(stripe.arena.At(slots.At(ahead)));
    }
    if (!slots.Passes(filter, slot) || slots.At(slot) == 0) continue;
    ++looked_at;
    const char* const block = stripe.BlockAt(slots.At(slot));
    const RecordView record = stripe.RecordAt(slots.At(slot));
    const uint64_t client_hash = SharedHash(record.client);
    if (!range.Contains(client_hash) || record.received_ns < cutoff_ns) continue;
    visit({record, block, client_hash, RecordHash(block, record)});
  }
  return looked_at;
}

void Table::Expire(int64_t now_ns) {
  const ExpiryRule& rule = options_.expiry;
  if (!rule.Enabled()) return;
  known_since_ns_ = rule.KnownSince(now_ns);
  kept_since_ns_ = rule.KeptSince(now_ns);
  if (sweep_bucket_ == kBuckets) {
    const int64_t tick = rule.TickAt(now_ns);
    // The tick stays if the clock steps back a little across a boundary.
    if (knows_tick_ && (tick == tick_ || tick == tick_ - 1)) return;
    BeginSweep(tick);
  }
  for (size_t looked_at = 0; looked_at < kRecordsPerExpire && sweep_bucket_ < kBuckets;) {
    looked_at += SweepBucket(sweep_bucket_++, kept_since_ns_);
  }
  if (sweep_bucket_ < kBuckets) return;
  tick_ = sweep_tick_;
  knows_tick_ = knows_previous_ = true;
}

// If `tick` follows the present one, the sums of the present one stay correct during the sweep;
// otherwise the sums of both ticks are recomputed.
void Table::BeginSweep(int64_t tick) {
  knows_previous_ = false;
  knows_tick_ = knows_tick_ && tick == tick_ + 1;
  for (const int64_t summed : {tick - 1, tick}) {
    cutoffs_[SumIndex(summed)] = options_.expiry.CutoffOf(summed);
  }
  sweep_tick_ = tick;
  sweep_bucket_ = 0;
}

// Deletes records that are too old, and recomputes the sums of the rest. Returns the cost, about
// the number of records examined.
size_t Table::SweepBucket(uint32_t index, int64_t kept_since_ns) {
  Stripe& stripe = stripes_[index / kBucketsPerStripe];
  MutexLock lock(&stripe.mu);
  Bucket& bucket = stripe.buckets[index % kBucketsPerStripe];
  const size_t looked_at = bucket.slots.size();
  BucketSums sums{};
  bool any_goes = false;
  for (uint32_t slot = 0; slot < bucket.slots.capacity(); ++slot) {
    if (bucket.slots.At(slot) == 0) continue;
    const RecordView record = stripe.RecordAt(bucket.slots.At(slot));
    any_goes |= record.received_ns < kept_since_ns;
    Count(record.received_ns, RecordHash(stripe.BlockAt(bucket.slots.At(slot)), record), sums);
  }
  for (size_t i = 0; i < sums.size(); ++i) sums[i] -= bucket.sums[i];
  stripe.ChangeSums(bucket, sums);
  if (any_goes) {
    const size_t erased = stripe.EraseIf(
        bucket, [&](const RecordView& record) { return record.received_ns < kept_since_ns; },
        [this](std::string_view client) { return ProbeHash(client); });
    records_.fetch_sub(erased, std::memory_order_relaxed);
    expired_records_.fetch_add(erased, std::memory_order_relaxed);
    CountMemory(stripe);
  }
  PROXYHERD_CHECKED(CheckBucket(stripe, bucket));
  return looked_at + 1;
}

}  // namespace proxyherd
