// Computes the sums of the parts of a range, which the two ends of repair compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/table.h"

namespace proxyherd::peer {

struct PartSums {
  std::vector<uint64_t> sums;     // sum of the record hashes in each part (see PartBits)
  std::vector<uint32_t> records;  // in each part
  size_t looked_at = 0;           // records visited; buckets, if their sums were available
};

// Sums, for each part, the hashes of the records that are unexpired at `tick`. The sums are
// meaningless if the table no longer knows the tick (see Table::KnowsTick), which may happen at any
// time. REQUIRES: range.IsValid() and IsDivisible(range).
PartSums SumParts(const Table& table, const HashRange& range, int64_t tick);

}  // namespace proxyherd::peer
