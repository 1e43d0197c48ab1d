// Loads an extract from its cache, or else from the extract itself, and then writes a new cache.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "places/osm/osm_extract.h"
#include "places/osm/osm_memory.h"

namespace proxyherd::places {

struct OsmLoaded {
  OsmExtract extract;
  bool from_cache = false;
  // Why the existing cache was not used, or why no new one was written; empty if there was no
  // problem. The places are valid in any case; at worst the next start takes longer.
  std::string cache_note;
};

// `use_cache`: read and write the cache beside the file. `memory_bytes`: see ReadOsmFile; loading
// from the cache takes less memory than reading the file. Errors: those of ReadOsmFile, and
// FAILED_PRECONDITION if the file changes while it is read.
absl::StatusOr<OsmLoaded> LoadOsmFile(const std::string& path, bool use_cache,
                                      OsmProgressCallback progress,
                                      uint64_t memory_bytes = kNoMemoryLimit);

}  // namespace proxyherd::places
