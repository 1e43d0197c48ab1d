// Reads a file of OpenStreetMap; the only one that knows libosmium.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "places/osm/osm_extract.h"
#include "places/osm/osm_memory.h"

namespace proxyherd {

// `path` ends in .osm.pbf (or .pbf), .osm, .osm.gz or .osm.bz2, and what it holds is of that kind.
// Takes threads of its own for as long as it lasts. No exception leaves it.
//
// Errors tell a person which file it is and what to do: NOT_FOUND, PERMISSION_DENIED or UNAVAILABLE
// when it cannot be opened; INVALID_ARGUMENT when it is of another kind; DATA_LOSS when it is
// empty, cut off or damaged; RESOURCE_EXHAUSTED without memory for it; CANCELLED when `progress`
// says so. A PBF file that is cut off just between two of its blocks looks whole: what is missing
// then shows only in the counts.
//
// At most `memory_bytes` are taken; a file that looks as if it needed more is not even begun.
absl::StatusOr<OsmExtract> ReadOsmFile(const std::string& path, OsmProgressCallback progress,
                                       uint64_t memory_bytes = kNoMemoryLimit);

}  // namespace proxyherd
