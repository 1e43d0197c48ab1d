// What the cache of an extract looks like: a header, then the bytes of its OsmStore. Pure.
//
// Whoever can write beside the extract can write the cache, and disks lose bits: everything is
// checked before it is used.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "places/osm/osm_extract.h"

namespace proxyherd {

// To be raised with every change of OsmStore's layout, of OsmCounts, and of the code that says
// which objects are places, of which types, and which tags are kept: a cache of another version is
// stale. The table of types has a checksum in the header.
inline constexpr uint32_t kOsmCacheVersion = 2;

// Tells whether a file is still the one that was read.
struct OsmFingerprint {
  uint64_t size = 0;      // bytes
  int64_t mtime_ns = 0;   // of its last change, since 1970
  uint64_t checksum = 0;  // of parts of its content, its head and its tail among them

  bool operator==(const OsmFingerprint&) const = default;
};

// In the byte order of the machine that wrote it.
struct OsmCacheHeader {
  char magic[16] = {};
  uint32_t version = 0;
  uint32_t byte_order = 0;
  uint64_t mapping = 0;  // checksum of the table that gives objects their types
  OsmFingerprint source;
  OsmCounts counts;
  char data_date[16] = {};  // the rest is zero
  uint64_t store_bytes = 0;
  uint64_t store_checksum = 0;
  uint64_t header_checksum = 0;  // of all that is before it
};
static_assert(std::has_unique_object_representations_v<OsmCacheHeader>, "nothing is left unsaid");

OsmCacheHeader MakeOsmCacheHeader(const OsmFingerprint& source, const OsmExtract& extract);

// Whether a cache file of `file_bytes` that begins with this header is worth reading:
// FAILED_PRECONDITION when it is of another extract, version or machine, DATA_LOSS when it is
// damaged. When it is OK, exactly `store_bytes` follow.
absl::Status CheckOsmCacheHeader(const OsmCacheHeader& header, uint64_t file_bytes,
                                 const OsmFingerprint& source);

// REQUIRES: the header was checked. DATA_LOSS when the bytes are damaged.
absl::StatusOr<OsmExtract> DecodeOsmCache(const OsmCacheHeader& header, std::string store_bytes);

}  // namespace proxyherd
