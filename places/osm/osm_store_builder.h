// Builds an OsmStore, place by place. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "places/osm/osm_store.h"
#include "places/osm/osm_types.h"

namespace proxyherd::places {

// For one thread. All arguments are copied.
class OsmStoreBuilder {
 public:
  OsmStoreBuilder();

  // Returns the number of these types; equal types have equal numbers. For `named` see
  // OsmStore::Nearest.
  uint32_t NumberTypes(const OsmTypes& types, bool named);

  // Appends the tags that a place needs to `out`, in the format that Add expects.
  void PackTags(absl::Span<const OsmTag> tags, std::string& out);

  // REQUIRES: `types` is from NumberTypes, `packed_tags` from PackTags, and the location is on the
  // earth.
  void Add(OsmKey key, const GeoPoint& location, const std::optional<GeoBox>& box, uint32_t types,
           std::string_view packed_tags);

  size_t size() const { return keys_.size(); }
  // Returns the memory held now, plus what Build will need.
  uint64_t PeakBytes() const;

  // Builds the index, which takes most of the time. RESOURCE_EXHAUSTED beyond 2^32 - 2 places.
  absl::StatusOr<OsmStore> Build() &&;

 private:
  struct TypeSet {
    OsmTypes types;
    bool named;
  };

  void AppendNames();
  template <typename T>
  void AppendArray(absl::Span<const T> array);

  // Space for the header, then the text. Build appends the arrays here, so that the text, which is
  // the longest part, is copied at most once.
  std::string bytes_;
  absl::flat_hash_map<std::string, uint64_t> key_numbers_;
  std::vector<std::string> tag_keys_;
  absl::flat_hash_map<std::string, uint32_t> set_numbers_;
  std::vector<TypeSet> sets_;
  std::vector<OsmKey> keys_;
  std::vector<uint64_t> offsets_;
  std::vector<StoredPoint> points_;
  std::vector<uint32_t> set_of_;
};

}  // namespace proxyherd::places
