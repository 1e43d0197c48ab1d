// The sums of the parts of a range, as both ends of repair compare them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/table.h"

namespace proxyherd {

struct PartSums {
  std::vector<uint64_t> sums;     // of the hashes of the records in each part, see PartBits
  std::vector<uint32_t> records;  // in each part
  size_t looked_at = 0;           // records, or buckets where sums were at hand
};

// REQUIRES: range.bits is 0, kGroupBits, or in [kBucketBits, HashRange::kMaxBits - kFanOutBits],
// and the table knows the tick.
PartSums SumParts(const Table& table, const HashRange& range, int64_t tick);

}  // namespace proxyherd
