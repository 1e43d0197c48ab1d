// The contents of a table, in a few numbers that two nodes can compare.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace proxyherd {

// Sums (mod 2^64) of the hashes of all records that are included at a tick (see core/expiry.h), and
// at the tick before it.
struct TableDigest {
  int64_t tick = 0;
  uint64_t sum = 0;
  std::optional<uint64_t> previous_sum;  // nullopt while it is recomputed
};

// Sums of the hashes of a bucket's records at the last two ticks: see Table::SumIndex.
using BucketSums = std::array<uint64_t, 2>;

// Returns true if `b` is the tick after `a`. Safe for any numbers that a neighbour may send.
inline bool IsNextTick(int64_t a, int64_t b) {
  return a < b && static_cast<uint64_t>(b) - static_cast<uint64_t>(a) == 1;
}

// The latest tick whose sums both digests have; nullopt if their clocks or ages differ too much.
inline std::optional<int64_t> CommonTick(const TableDigest& a, const TableDigest& b) {
  if (a.tick == b.tick) return a.tick;
  if (IsNextTick(a.tick, b.tick) && b.previous_sum.has_value()) return a.tick;
  if (IsNextTick(b.tick, a.tick) && a.previous_sum.has_value()) return b.tick;
  return std::nullopt;
}

// Returns true if the two have no tick in common, and will not have one at the next tick either.
inline bool TicksFarApart(const TableDigest& a, const TableDigest& b) {
  return a.tick != b.tick && !IsNextTick(a.tick, b.tick) && !IsNextTick(b.tick, a.tick);
}

// Returns true if both tables hold the same records at their common tick, if they have one.
inline bool SameContents(const TableDigest& a, const TableDigest& b) {
  const std::optional<int64_t> tick = CommonTick(a, b);
  if (!tick.has_value()) return false;
  const auto sum_at = [&](const TableDigest& digest) {
    return digest.tick == *tick ? digest.sum : *digest.previous_sum;
  };
  return sum_at(a) == sum_at(b);
}

}  // namespace proxyherd
