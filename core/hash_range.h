// A range of the hashes that all nodes share: those that begin with the same bits. Repair compares
// digests of ranges, from the whole table down to a few records.
#pragma once

#include <cassert>
#include <cstdint>

namespace proxyherd {

struct HashRange {
  uint64_t first = 0;  // the minimum hash
  uint32_t bits = 0;   // number of leading bits in common, [0, 60]

  static constexpr uint32_t kMaxBits = 60;

  bool IsValid() const { return bits <= kMaxBits && (first & Rest()) == 0; }
  // The maximum hash.
  uint64_t Last() const { return first | Rest(); }
  bool Contains(uint64_t hash) const { return (hash & ~Rest()) == first; }

  // Part number `index` of the 2^more_bits equal parts of the range. REQUIRES: index < 2^more_bits.
  HashRange Child(uint32_t more_bits, uint64_t index) const {
    assert(bits + more_bits <= kMaxBits && index >> more_bits == 0);
    return {first | index << (64 - bits - more_bits), bits + more_bits};
  }
  // The index of the Child that contains a hash. REQUIRES: Contains(hash), more_bits > 0.
  uint64_t ChildOf(uint32_t more_bits, uint64_t hash) const {
    assert(Contains(hash) && more_bits > 0);
    return (hash & Rest()) >> (64 - bits - more_bits);
  }

  bool operator==(const HashRange&) const = default;

 private:
  uint64_t Rest() const { return ~uint64_t{0} >> bits; }
};

}  // namespace proxyherd
