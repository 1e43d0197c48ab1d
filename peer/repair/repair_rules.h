// The sizes of repair, each with its reason. Both ends respect them; the answering end enforces
// them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/env.h"
#include "core/hash_range.h"
#include "core/table.h"

namespace proxyherd::peer {

// The whole table is divided into 64 groups of 64 buckets, and the table keeps the buckets' sums.
// So a few differences cost a few groups, and a question takes at most half a kilobyte per range.
inline constexpr uint32_t kGroupBits = 6;
static_assert(2 * kGroupBits == kBucketBits);
// A bucket is divided into 16 parts, each of these again into 16, and so on: wide enough that ten
// million records need two levels, narrow enough that one difference costs 128 bytes a level.
inline constexpr uint32_t kFanOutBits = 4;
// Number of hash bits that select the part of a range.
inline constexpr uint32_t PartBits(const HashRange& range) {
  return range.bits < kBucketBits ? kGroupBits : kFanOutBits;
}
// Returns true if a range has parts: the whole, a group, a bucket, or a part of a bucket that is
// not at the maximum depth.
inline constexpr bool IsDivisible(const HashRange& range) {
  return (range.bits == 0 || range.bits == kGroupBits || range.bits >= kBucketBits) &&
         range.bits + kFanOutBits <= HashRange::kMaxBits;
}

// A range in which the asker has at most this many records is compared record by record, at 8 bytes
// each, which costs no more than a level of sums.
inline constexpr size_t kLeafRecords = 16;

// Ranges of 60 bits cannot be divided; only ids that were chosen for it share that many bits of
// their hashes. A question about such a range has at most this many hashes, and the asker sends its
// other records unasked.
inline constexpr size_t kMaxLeafHashes = 4096;

// One question or answer visits about this many records: some milliseconds of the links thread.
inline constexpr size_t kRecordsPerStep = 65'536;

// Maximum size of a question, plus one range: too small to delay new changes. On a slow network the
// maximum batch size applies instead.
inline constexpr size_t kMaxQuestionBytes = size_t{64} * 1024;
inline constexpr size_t kMaxQuestionRanges = 4096;

// Typical size of a record, used to ask for about as many records as the answer can hold.
inline constexpr size_t kUsualRecordBytes = 80;

// After an answer, the next one waits this long per visited record, about as long as the visit
// took. So a neighbour that never stops asking gets at most half of the links thread.
inline constexpr int64_t kPausePerRecordNs = 25;

// Changes in flight do not explain roots that differ at every heartbeat for this long.
inline constexpr int64_t kDisagreementTimeNs = 2 * kSecond;
// Minimum time after a walk until differing roots begin the next one. It doubles, up to the
// maximum, each time a walk finds only changes in flight.
inline constexpr int64_t kFirstWalkIntervalNs = 2 * kSecond;
inline constexpr int64_t kMaxWalkIntervalNs = 32 * kSecond;
// A difference that still exists after this time is a divergence.
inline constexpr int64_t kSecondLookAfterNs = 1 * kSecond;

// Maximum number of differences that a look keeps for the second look; further ones are only
// counted.
inline constexpr size_t kMaxDifferencesKept = 65'536;

}  // namespace proxyherd::peer
