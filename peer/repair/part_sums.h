// The sums of the parts of a range, as both ends of repair compare them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/table.h"

namespace proxyherd::peer {

struct PartSums {
  std::vector<uint64_t> sums;     // of the hashes of the records in each part, see PartBits
  std::vector<uint32_t> records;  // in each part
  size_t looked_at = 0;           // records visited, or buckets if their sums were available
};

// Sums the records of each part that count at a tick. If the table does not know the tick (see
// Table::KnowsTick), which may pass at any time, the sums mean nothing. REQUIRES: range.IsValid()
// and IsDivisible(range).
PartSums SumParts(const Table& table, const HashRange& range, int64_t tick);

}  // namespace proxyherd::peer
