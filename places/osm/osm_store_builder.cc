#include "places/osm/osm_store_builder.h"

#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/absl_strings.h"
#include "places/place/packed_text.h"

namespace proxyherd::places {
namespace {

// Measured; see docs/adr/0010-nanoflann.md.
constexpr uint64_t kIndexBytesPerPlace = 21;

}  // namespace

OsmStoreBuilder::OsmStoreBuilder() : bytes_(sizeof(OsmStoreHeader), '\0') {}

uint32_t OsmStoreBuilder::NumberTypes(const OsmTypes& types, bool named) {
  const auto [entry, is_new] =
      set_numbers_.try_emplace(absl::StrCat(named, "\n", ToAbsl(types.primary), "\n",
                                            absl::StrJoin(types.types, "\n", TextFormatter())),
                               static_cast<uint32_t>(sets_.size()));
  if (is_new) sets_.push_back({types, named});
  return entry->second;
}

void OsmStoreBuilder::PackTags(absl::Span<const OsmTag> tags, std::string& out) {
  uint64_t count = 0;
  for (const OsmTag& tag : tags) count += IsKeptOsmTag(tag.key) ? 1 : 0;
  PutVarint(count, out);
  for (const OsmTag& tag : tags) {
    if (!IsKeptOsmTag(tag.key)) continue;
    const auto [entry, is_new] =
        key_numbers_.try_emplace(std::string(tag.key.data(), tag.key.size()), tag_keys_.size());
    if (is_new) tag_keys_.push_back(entry->first);
    PutVarint(entry->second, out);
    PutText(tag.value, out);
  }
}

void OsmStoreBuilder::Add(OsmKey key, const GeoPoint& location, const std::optional<GeoBox>& box,
                          uint32_t types, std::string_view packed_tags) {
  assert(types < sets_.size());
  const StoredPoint point = Store(location);
  keys_.push_back(key);
  points_.push_back(point);
  set_of_.push_back(types);
  offsets_.push_back(bytes_.size() - sizeof(OsmStoreHeader));
  PutVarint(box ? 1 : 0, bytes_);
  if (box) {
    for (const GeoPoint& corner : {box->low, box->high}) {
      const StoredPoint stored = Store(corner);
      PutSigned(int64_t{stored.latitude_e7} - point.latitude_e7, bytes_);
      PutSigned(int64_t{stored.longitude_e7} - point.longitude_e7, bytes_);
    }
  }
  bytes_.append(packed_tags.data(), packed_tags.size());
}

template <typename T>
void OsmStoreBuilder::AppendArray(absl::Span<const T> array) {
  bytes_.append(reinterpret_cast<const char*>(array.data()), array.size() * sizeof(T));
  bytes_.append(-bytes_.size() % 8, '\0');
}

void OsmStoreBuilder::AppendNames() {
  PutVarint(tag_keys_.size(), bytes_);
  for (const std::string& key : tag_keys_) PutText(key, bytes_);
  PutVarint(sets_.size(), bytes_);
  for (const TypeSet& set : sets_) {
    PutVarint(set.named ? 1 : 0, bytes_);
    PutText(set.types.primary, bytes_);
    PutVarint(set.types.types.size(), bytes_);
    for (const std::string_view type : set.types.types) PutText(type, bytes_);
  }
}

uint64_t OsmStoreBuilder::PeakBytes() const {
  const uint64_t arrays =
      sizeof(OsmKey) + sizeof(uint64_t) + sizeof(StoredPoint) + sizeof(uint32_t);
  const uint64_t held = bytes_.capacity() + keys_.capacity() * arrays;
  // Build copies the bytes once more, with space for the arrays, and adds the index.
  return held + bytes_.size() + keys_.size() * (arrays + kIndexBytesPerPlace);
}

absl::StatusOr<OsmStore> OsmStoreBuilder::Build() && {
  if (keys_.size() >= std::numeric_limits<uint32_t>::max()) {
    return absl::ResourceExhaustedError("more than 4294967294 places: use a smaller extract");
  }
  OsmStoreHeader header{kOsmStoreMagic, keys_.size(), bytes_.size() - sizeof(OsmStoreHeader), 0};
  offsets_.push_back(header.text_bytes);
  bytes_.append(-bytes_.size() % 8, '\0');
  const size_t names_at = bytes_.size();
  AppendNames();
  header.names_bytes = bytes_.size() - names_at;
  bytes_.append(-bytes_.size() % 8, '\0');
  std::memcpy(bytes_.data(), &header, sizeof(header));

  // Reserves space for all arrays, so that the bytes are copied at most once.
  bytes_.reserve(bytes_.size() + (keys_.size() + 8) * (8 + 8 + 8 + 4));
  AppendArray<OsmKey>(keys_);
  AppendArray<uint64_t>(offsets_);
  AppendArray<StoredPoint>(points_);
  AppendArray<uint32_t>(set_of_);
  return OsmStore::Parse(std::move(bytes_));
}

}  // namespace proxyherd::places
