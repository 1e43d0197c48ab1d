// How much memory an extract may take, and how much it will probably need. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

inline constexpr uint64_t kNoMemoryLimit = std::numeric_limits<uint64_t>::max();

// The memory that reading a file of this size takes by experience: three times a compressed one,
// and once plain XML, of which most is not kept. Files that were filtered to places alone take
// more: so the reading is watched, too.
uint64_t OsmReadingBytes(absl::string_view path, uint64_t file_bytes);

// What an extract holds for a store of so many bytes, which is what its cache is read into: the
// store, and the index over its places.
inline constexpr uint64_t OsmHoldingBytes(uint64_t store_bytes) {
  return store_bytes + store_bytes / 4;
}

// OK when `needed` bytes fit in those that are left; else RESOURCE_EXHAUSTED, for the operator.
// `what`: "reading it", say.
absl::Status CheckOsmMemory(const std::string& path, absl::string_view what, uint64_t needed,
                            uint64_t left);

}  // namespace proxyherd
