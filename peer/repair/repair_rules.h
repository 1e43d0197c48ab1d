// The sizes of repair, each with its reason. Both ends keep to them; the answering end enforces
// them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/env.h"
#include "core/hash_range.h"
#include "core/table.h"

namespace proxyherd::peer {

// The whole table is divided into 64 groups of 64 buckets, whose sums are kept; so a few
// differences cost a few groups, and a question has at most half a kilobyte about one range.
inline constexpr uint32_t kGroupBits = 6;
static_assert(2 * kGroupBits == kBucketBits);
// A bucket is divided 16-way, and so on: wide enough that ten million records are two levels
// deeper, narrow enough that one difference costs 128 bytes a level.
inline constexpr uint32_t kFanOutBits = 4;
// Number of hash bits that select the part of a range.
inline constexpr uint32_t PartBits(const HashRange& range) {
  return range.bits < kBucketBits ? kGroupBits : kFanOutBits;
}
// Returns true if a range has parts: the whole, a group, a bucket, or a part of a bucket that is
// not of the greatest depth.
inline constexpr bool IsDivisible(const HashRange& range) {
  return (range.bits == 0 || range.bits == kGroupBits || range.bits >= kBucketBits) &&
         range.bits + kFanOutBits <= HashRange::kMaxBits;
}

// A range in which the asker has at most this many records is compared record by record, at 8 bytes
// each: no more expensive than one more level of digests.
inline constexpr size_t kLeafRecords = 16;

// Ranges cannot be divided for ever; ids that share 60 bits of their hash were chosen to do so. A
// question about such a range has at most this many hashes, and the other records are sent without
// asking.
inline constexpr size_t kMaxLeafHashes = 4096;

// One question or answer visits about this many records: some milliseconds of the links thread.
inline constexpr size_t kRecordsPerStep = 65'536;

// Maximum size of a question (plus one range): a few pages, so that it never delays new changes. On
// a slow network the maximum is that of a batch.
inline constexpr size_t kMaxQuestionBytes = size_t{64} * 1024;
inline constexpr size_t kMaxQuestionRanges = 4096;

// Typical size of a record, by which a question asks for about as many records as its answer may
// bring.
inline constexpr size_t kUsualRecordBytes = 80;

// After an answer the next one waits this long for each record that was visited, about as long as
// the visit took: so a neighbour that asks without end gets at most half of the links thread.
inline constexpr int64_t kPausePerRecordNs = 25;

// Roots that differ at every heartbeat for this long are not explained by changes on their way.
inline constexpr int64_t kDisagreementTimeNs = 2 * kSecond;
// Minimum time between the beginnings of walks after that. It doubles each time a walk finds only
// changes on their way, up to the maximum.
inline constexpr int64_t kFirstWalkIntervalNs = 2 * kSecond;
inline constexpr int64_t kMaxWalkIntervalNs = 32 * kSecond;
// A difference that still exists after this time is a divergence.
inline constexpr int64_t kSecondLookAfterNs = 1 * kSecond;

// Maximum number of differences of a look that are kept for the second one; more are only counted.
inline constexpr size_t kMaxDifferencesKept = 65'536;

}  // namespace proxyherd::peer
