// The invariants of a table.
#include "base/check.h"
#include "core/table.h"
#include "core/table_stripe.h"

namespace proxyherd {
namespace {

// A check examines all records of a bucket; a very full one would take too long.
constexpr uint32_t kMaxRecords = 64;

}  // namespace

// The compiler cannot see that the stripe is locked.
void Table::CheckBucket(const Stripe& stripe,
                        const Bucket& bucket) const ABSL_NO_THREAD_SAFETY_ANALYSIS {
  const SlotTable& slots = bucket.slots;
  if (slots.size() > kMaxRecords) return;
  const Bucket* const first = stripe.buckets.data();
  const auto stripe_index = static_cast<uint32_t>(&stripe - stripes_.get());
  uint32_t records = 0;
  BucketSums sums{};
  for (uint32_t slot = 0; slot < slots.capacity(); ++slot) {
    const BlockArena::Handle handle = slots.At(slot);
    if (handle == 0) continue;
    ++records;
    const RecordView record = stripe.RecordAt(handle);
    const Place place = PlaceOf(SharedHash(record.client));
    PROXYHERD_INVARIANT(place.stripe == stripe_index && first + place.bucket == &bucket);
    PROXYHERD_INVARIANT(stripe.PositionOfVersion(handle) < stripe.feed.End());
    Count(record.received_ns, RecordHash(stripe.BlockAt(handle), record), sums);
  }
  PROXYHERD_INVARIANT(records == slots.size());
  // During a sweep, which may have started just now, some buckets still have the sums of other
  // ticks.
  const bool sweeping = options_.expiry.Enabled() && !knows_previous_;
  PROXYHERD_INVARIANT(sweeping || sums == bucket.sums);
}

}  // namespace proxyherd
