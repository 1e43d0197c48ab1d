#include "peer/repair/part_sums.h"

#include <cassert>

#include "peer/repair/repair_rules.h"

namespace proxyherd::peer {

PartSums SumParts(const Table& table, const HashRange& range, int64_t tick) {
  assert(range.IsValid() && IsDivisible(range));
  const uint32_t part_bits = PartBits(range);
  PartSums parts;
  parts.sums.resize(size_t{1} << part_bits);
  parts.records.resize(size_t{1} << part_bits);
  if (range.bits >= kBucketBits) {
    parts.looked_at = table.VisitRange(range, tick, [&](const RangeRecord& met) {
      const uint64_t part = range.ChildOf(part_bits, met.client_hash);
      parts.sums[part] += met.record_hash;
      ++parts.records[part];
    });
    return parts;
  }
  const uint32_t buckets = uint32_t{1} << (kBucketBits - range.bits);
  const auto first = static_cast<uint32_t>(range.first >> (64 - kBucketBits));
  for (uint32_t i = 0; i < buckets; ++i) {
    const uint32_t part = i >> (kBucketBits - range.bits - part_bits);
    parts.sums[part] += table.BucketDigest(first + i, tick);
    parts.records[part] += static_cast<uint32_t>(table.BucketRecords(first + i));
  }
  parts.looked_at = buckets;
  return parts;
}

}  // namespace proxyherd::peer
