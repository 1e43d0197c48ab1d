// The sizes of repair, each with its reason. Both ends keep to them; the answering end insists.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/env.h"

namespace proxyherd {

// A range is divided 16-way: wide enough that ten million records are four questions deep, narrow
// enough that one difference costs 128 bytes a level.
inline constexpr uint32_t kFanOutBits = 4;

// A range with so many records at the asker or fewer is compared record by record, at 8 bytes each:
// no dearer than one more level of digests.
inline constexpr size_t kLeafRecords = 16;

// Ranges cannot be divided for ever; ids that share 60 bits of their hash were made to do so. Of
// such a range this many hashes are told, and the rest is sent without asking.
inline constexpr size_t kMaxLeafHashes = 4096;

// One question or answer looks at about this many records: some milliseconds of the links thread.
inline constexpr size_t kRecordsPerStep = 65'536;

// What a question carries at most: a few pages, so that it never delays fresh changes. A question
// about all buckets has 32 KiB.
inline constexpr size_t kMaxQuestionBytes = size_t{64} * 1024;
inline constexpr size_t kMaxQuestionRanges = 4096;

// After an answer the next one waits this long for each record that was looked at, about as long as
// looking took: so a neighbour that asks without end gets half of the links thread at most.
inline constexpr int64_t kPausePerRecordNs = 25;

// Roots that differ at every beat for so long are no longer explained by what is on its way.
inline constexpr int64_t kDisagreementTime = 2 * kSecond;
// Then walks begin no closer together than this, twice as far apart each time they find only what
// was on its way, up to the second.
inline constexpr int64_t kFirstWalkInterval = 2 * kSecond;
inline constexpr int64_t kMostWalkInterval = 32 * kSecond;
// A difference that is still there after this long is a divergence.
inline constexpr int64_t kSecondLookAfter = 1 * kSecond;

// Differences of a look that are remembered for the second one; beyond, they are only counted.
inline constexpr size_t kMaxDifferencesKept = 65'536;

}  // namespace proxyherd
