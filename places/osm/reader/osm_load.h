// An extract by its cache, or by the extract itself and a new cache.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "places/osm/osm_extract.h"
#include "places/osm/osm_memory.h"

namespace proxyherd {

struct OsmLoaded {
  OsmExtract extract;
  bool from_cache = false;
  // Why the cache that is there was not used, and why none could be written; empty when all went as
  // it should. The places are good all the same: only the next start takes longer.
  std::string cache_note;
};

// `use_cache`: read and write the cache beside the file. `memory_bytes`: as of ReadOsmFile; the
// cache takes less than the file. Errors are ReadOsmFile's; also FAILED_PRECONDITION when the file
// changes while it is read.
absl::StatusOr<OsmLoaded> LoadOsmFile(const std::string& path, bool use_cache,
                                      OsmProgressCallback progress,
                                      uint64_t memory_bytes = kNoMemoryLimit);

}  // namespace proxyherd
