// Reads files of OpenStreetMap; the only file that uses libosmium.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "places/osm/osm_extract.h"
#include "places/osm/osm_memory.h"

namespace proxyherd::places {

// `path` must end in .osm.pbf (or .pbf), .osm, .osm.gz or .osm.bz2, according to its format. Uses
// additional threads until it returns. Throws nothing.
//
// Errors name the file and say what to do: NOT_FOUND, PERMISSION_DENIED or UNAVAILABLE if it cannot
// be opened; INVALID_ARGUMENT if its name has another ending or it is not a regular file; DATA_LOSS
// if it is empty, truncated or damaged; RESOURCE_EXHAUSTED if memory does not suffice; CANCELLED if
// `progress` returns false. A PBF file that was truncated exactly between two blocks looks
// complete: only the counts then show that something is missing.
//
// Uses at most `memory_bytes`; a file that is likely to need more is rejected before it is read.
absl::StatusOr<OsmExtract> ReadOsmFile(const std::string& path, OsmProgressCallback progress,
                                       uint64_t memory_bytes = kNoMemoryLimit);

}  // namespace proxyherd::places
