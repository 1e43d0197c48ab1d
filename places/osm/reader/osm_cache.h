// The cache file beside an extract, so that a restart need not read the extract again.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "places/osm/osm_cache_format.h"
#include "places/osm/osm_memory.h"

namespace proxyherd::places {

// The fingerprint's checksum covers up to this number of blocks, spread evenly from the first bytes
// to the last: all of a small file, and of a large file what can be read in a few milliseconds.
inline constexpr uint64_t kFingerprintBlocks = 64;
inline constexpr uint64_t kFingerprintBlockBytes = 64 << 10;

// Errors name the file.
absl::StatusOr<OsmFingerprint> FingerprintOf(const std::string& path);

// Returns FILE.proxyherd-places.
std::string OsmCachePath(const std::string& extract);

// Reads the cache of the extract at `file`. Errors: NOT_FOUND without a cache, RESOURCE_EXHAUSTED
// if it needs more than `memory_bytes`, errors of CheckOsmCacheHeader and DecodeOsmCache, and
// errors of the system.
absl::StatusOr<OsmExtract> ReadOsmCache(const std::string& file, const OsmFingerprint& source,
                                        uint64_t memory_bytes = kNoMemoryLimit);

// Writes a new file and renames it, so that a reader finds the old cache, the new one or none. The
// cache has the read permissions of the extract. After a failure no file is left behind; a crash
// may leave FILE.proxyherd-places.XXXXXX.
absl::Status WriteOsmCache(const std::string& file, const OsmFingerprint& source,
                           const OsmExtract& extract);

}  // namespace proxyherd::places
