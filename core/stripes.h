// The division of a table: the top bits of a client's shared hash choose its stripe, the bits after
// them its bucket within the stripe. All nodes divide alike, because they compare bucket by bucket.
#pragma once

#include <cstdint>

namespace proxyherd {

inline constexpr uint32_t kStripeBits = 4;
inline constexpr uint32_t kBucketBits = 12;  // kStripeBits included

inline constexpr int kStripes = 1 << kStripeBits;
inline constexpr int kBucketsPerStripe = 1 << (kBucketBits - kStripeBits);
inline constexpr int kBuckets = kStripes * kBucketsPerStripe;

}  // namespace proxyherd
