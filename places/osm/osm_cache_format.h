// The format of an extract's cache: a header, then the bytes of its OsmStore. Pure.
//
// Any user who can write to the extract's folder can write the cache, and disks lose bits. So
// everything is validated before it is used.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "places/osm/osm_extract.h"

namespace proxyherd::places {

// Must be increased with every change to the layout of OsmStore, to OsmCounts, or to the code that
// decides which objects are places, which types they have and which tags are kept. A cache of
// another version is stale. The table of types has a checksum of its own in the header.
inline constexpr uint32_t kOsmCacheVersion = 2;

// Identifies the contents of a file, to detect that it has changed.
struct OsmFingerprint {
  uint64_t size = 0;      // bytes
  int64_t mtime_ns = 0;   // time of its last change, since 1970
  uint64_t checksum = 0;  // of parts of its contents, including the beginning and the end

  bool operator==(const OsmFingerprint&) const = default;
};

// In the byte order of the machine that wrote it.
struct OsmCacheHeader {
  char magic[16] = {};
  uint32_t version = 0;
  uint32_t byte_order = 0;
  uint64_t mapping = 0;  // checksum of the table that maps objects to types
  OsmFingerprint source;
  OsmCounts counts;
  char data_date[16] = {};  // padded with zeros
  uint64_t store_bytes = 0;
  uint64_t store_checksum = 0;
  uint64_t header_checksum = 0;  // of all fields above
};
static_assert(std::has_unique_object_representations_v<OsmCacheHeader>,
              "the checksum covers every bit");

OsmCacheHeader MakeOsmCacheHeader(const OsmFingerprint& source, const OsmExtract& extract);

// Checks whether a cache file of `file_bytes` that begins with this header can be used:
// FAILED_PRECONDITION if it belongs to another extract, version or machine, DATA_LOSS if it is
// damaged. If OK, exactly `store_bytes` bytes follow the header.
absl::Status CheckOsmCacheHeader(const OsmCacheHeader& header, uint64_t file_bytes,
                                 const OsmFingerprint& source);

// Returns the extract, or DATA_LOSS if the bytes are damaged. REQUIRES: CheckOsmCacheHeader has
// returned OK for a file with exactly these bytes after the header.
absl::StatusOr<OsmExtract> DecodeOsmCache(const OsmCacheHeader& header, std::string store_bytes);

}  // namespace proxyherd::places
