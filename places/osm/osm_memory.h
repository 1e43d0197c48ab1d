// Memory limits of an extract, and estimates of what it needs. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace proxyherd::places {

inline constexpr uint64_t kNoMemoryLimit = std::numeric_limits<uint64_t>::max();

// Returns an estimate of the memory for reading a file of this size: three times its size if it is
// compressed; its size if it is plain XML, most of which is not kept. A file that was filtered to
// contain only places needs more, so memory is also checked during reading.
uint64_t OsmReadingBytes(std::string_view path, uint64_t file_bytes);

// Returns the memory of a loaded extract whose store has `store_bytes` bytes: the store, and the
// index of its places.
inline constexpr uint64_t OsmHoldingBytes(uint64_t store_bytes) {
  return store_bytes + store_bytes / 4;
}

// Returns OK if `needed` bytes fit into the remaining memory; otherwise RESOURCE_EXHAUSTED, for the
// operator. `what` names the step, e.g. "reading it".
absl::Status CheckOsmMemory(const std::string& path, std::string_view what, uint64_t needed,
                            uint64_t left);

}  // namespace proxyherd::places
