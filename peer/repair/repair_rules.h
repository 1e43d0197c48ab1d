// The sizes of repair, each with its reason. Both ends keep to them; the answering end insists.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/env.h"
#include "core/hash_range.h"
#include "core/table.h"

namespace proxyherd {

// The whole is divided into 64 groups of 64 buckets, whose sums are at hand; so a few differences
// cost a few groups, and no question has more than half a kilobyte about one range.
inline constexpr uint32_t kGroupBits = 6;
static_assert(2 * kGroupBits == kBucketBits);
// A bucket is divided 16-way, and so on: wide enough that ten million records are two levels
// deeper, narrow enough that one difference costs 128 bytes a level.
inline constexpr uint32_t kFanOutBits = 4;
// How many bits choose the part of a range.
inline constexpr uint32_t PartBits(const HashRange& range) {
  return range.bits < kBucketBits ? kGroupBits : kFanOutBits;
}

// A range with so many records at the asker or fewer is compared record by record, at 8 bytes each:
// no dearer than one more level of digests.
inline constexpr size_t kLeafRecords = 16;

// Ranges cannot be divided for ever; ids that share 60 bits of their hash were made to do so. Of
// such a range this many hashes are told, and the rest is sent without asking.
inline constexpr size_t kMaxLeafHashes = 4096;

// One question or answer looks at about this many records: some milliseconds of the links thread.
inline constexpr size_t kRecordsPerStep = 65'536;

// What a question carries at most (and one range more): a few pages, so that it never delays fresh
// changes. On a slow network it carries no more than a batch may.
inline constexpr size_t kMaxQuestionBytes = size_t{64} * 1024;
inline constexpr size_t kMaxQuestionRanges = 4096;

// What a record has, more or less: so a question asks for about as many as its answer may bring.
inline constexpr size_t kUsualRecordBytes = 80;

// After an answer the next one waits this long for each record that was looked at, about as long as
// looking took: so a neighbour that asks without end gets half of the links thread at most.
inline constexpr int64_t kPausePerRecordNs = 25;

// Roots that differ at every beat for so long are no longer explained by what is on its way.
inline constexpr int64_t kDisagreementTimeNs = 2 * kSecond;
// Then walks begin no closer together than this, twice as far apart each time they find only what
// was on its way, up to the second.
inline constexpr int64_t kFirstWalkIntervalNs = 2 * kSecond;
inline constexpr int64_t kMaxWalkIntervalNs = 32 * kSecond;
// A difference that is still there after this long is a divergence.
inline constexpr int64_t kSecondLookAfterNs = 1 * kSecond;

// Differences of a look that are remembered for the second one; beyond, they are only counted.
inline constexpr size_t kMaxDifferencesKept = 65'536;

}  // namespace proxyherd
