// The cache file beside an extract, so that a restart need not read the extract again.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "places/osm/osm_cache_format.h"
#include "places/osm/osm_memory.h"

namespace proxyherd {

// The checksum is of up to this many blocks, evenly from the first bytes to the last: a small
// file's whole content, and of a large one what takes some milliseconds to read.
inline constexpr uint64_t kFingerprintBlocks = 64;
inline constexpr uint64_t kFingerprintBlockBytes = 64 << 10;

// Errors name the file.
absl::StatusOr<OsmFingerprint> FingerprintOf(const std::string& path);

// FILE.proxyherd-places.
std::string OsmCachePath(const std::string& extract);

// The cache of the extract at `file`. Errors say why: NOT_FOUND without a cache, RESOURCE_EXHAUSTED
// when it needs more than `memory_bytes`, those of CheckOsmCacheHeader and DecodeOsmCache, and what
// the system says.
absl::StatusOr<OsmExtract> ReadOsmCache(const std::string& file, const OsmFingerprint& source,
                                        uint64_t memory_bytes = kNoMemoryLimit);

// Writes a new file that then takes the cache's name at once, so that a reader finds the old one,
// the new one or none. Whoever may read the extract may read it. When it fails it leaves nothing
// behind; a crash may leave FILE.proxyherd-places.XXXXXX.
absl::Status WriteOsmCache(const std::string& file, const OsmFingerprint& source,
                           const OsmExtract& extract);

}  // namespace proxyherd
