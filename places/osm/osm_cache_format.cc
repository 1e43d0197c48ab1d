// The checksums (XXH3) detect accidental damage, at the speed of memory.
#include "places/osm/osm_cache_format.h"

#include <xxhash.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_join.h"
#include "base/absl_strings.h"
#include "places/data/embedded_tables.h"

namespace proxyherd::places {
namespace {

constexpr char kMagic[16] = {'p', 'r', 'o', 'x', 'y', 'h', 'e', 'r',
                             'd', '-', 'p', 'l', 'a', 'c', 'e', 's'};
constexpr uint32_t kByteOrder = 0x01020304;

uint64_t HeaderChecksum(const OsmCacheHeader& header) {
  return XXH3_64bits(&header, offsetof(OsmCacheHeader, header_checksum));
}

uint64_t MappingChecksum() {
  const std::string table = absl::StrJoin(OsmToGoogleLines(), "\n", TextFormatter());
  return XXH3_64bits(table.data(), table.size());
}

}  // namespace

OsmCacheHeader MakeOsmCacheHeader(const OsmFingerprint& source, const OsmExtract& extract) {
  OsmCacheHeader header;
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.version = kOsmCacheVersion;
  header.byte_order = kByteOrder;
  header.mapping = MappingChecksum();
  header.source = source;
  header.counts = extract.counts;
  std::memcpy(header.data_date, extract.data_date.data(),
              std::min(extract.data_date.size(), sizeof(header.data_date)));
  header.store_bytes = extract.store.bytes().size();
  header.store_checksum = XXH3_64bits(extract.store.bytes().data(), extract.store.bytes().size());
  header.header_checksum = HeaderChecksum(header);
  return header;
}

absl::Status CheckOsmCacheHeader(const OsmCacheHeader& header, uint64_t file_bytes,
                                 const OsmFingerprint& source) {
  if (std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) {
    return absl::DataLossError("it is not a cache of places");
  }
  if (header.version != kOsmCacheVersion || header.byte_order != kByteOrder ||
      header.mapping != MappingChecksum()) {
    return absl::FailedPreconditionError("it was written by another version of the program");
  }
  if (header.header_checksum != HeaderChecksum(header)) {
    return absl::DataLossError("its header is damaged");
  }
  if (header.source != source) {
    return absl::FailedPreconditionError("the extract has changed since it was written");
  }
  if (file_bytes < sizeof(header) || header.store_bytes != file_bytes - sizeof(header)) {
    return absl::DataLossError("it is truncated");
  }
  return absl::OkStatus();
}

absl::StatusOr<OsmExtract> DecodeOsmCache(const OsmCacheHeader& header, std::string store_bytes) {
  assert(CheckOsmCacheHeader(header, sizeof(header) + store_bytes.size(), header.source).ok());
  if (XXH3_64bits(store_bytes.data(), store_bytes.size()) != header.store_checksum) {
    return absl::DataLossError("it is damaged");
  }
  absl::StatusOr<OsmStore> store = OsmStore::Parse(std::move(store_bytes));
  if (!store.ok()) return store.status();
  OsmExtract extract;
  extract.store = *std::move(store);
  extract.counts = header.counts;
  extract.data_date.assign(header.data_date, strnlen(header.data_date, sizeof(header.data_date)));
  return extract;
}

}  // namespace proxyherd::places
