// The places of one extract of OpenStreetMap: compact, immutable and searchable. Pure.
//
// All data is one string of bytes, which can be kept in a file (places/osm/reader/osm_cache.h).
// Numbers have this machine's byte order. n places, m type sets; arrays begin at multiples of 8.
//
//   Header                      below
//   text        text_bytes      a record for each place: varint 0 or 1 (has a box); the box's
//                               south, west, north and east minus the point's, signed, 1e-7
//                               degrees; number of tags; for each, the key's number and the value
//   names       names_bytes     number of keys, the keys; number of type sets, and for each: varint
//                               0 or 1 (named), the primary type, number of types, the types
//   keys        n uint64        kind of the object in the upper two bits, its id in the others
//   offsets     n+1 uint64      of the records in the text
//   points      n StoredPoint
//   type sets   n uint32        the number of each place's set
//
// The index of the points is not stored but rebuilt: about 0.4 s per million points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "places/geo/point_index.h"
#include "places/osm/osm_place.h"
#include "places/place/place.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

// Identifies an object of OpenStreetMap: nodes, ways and relations have separate ids.
using OsmKey = uint64_t;

inline constexpr int kOsmIdBits = 62;

constexpr OsmKey MakeOsmKey(OsmObject::Kind kind, int64_t id) {
  return static_cast<uint64_t>(kind) << kOsmIdBits |
         (static_cast<uint64_t>(id) & ((uint64_t{1} << kOsmIdBits) - 1));
}

// The header of the layout above.
struct OsmStoreHeader {
  uint64_t magic = 0;
  uint64_t places = 0;
  uint64_t text_bytes = 0;
  uint64_t names_bytes = 0;
};

inline constexpr uint64_t kOsmStoreMagic = 0x31'65'72'6f'74'73'6f'70;  // "postore1"

// Immutable once parsed, hence thread-safe.
class OsmStore {
 public:
  using Hit = PointIndex::Hit;

  // A store without places.
  OsmStore() = default;
  OsmStore(OsmStore&&) = default;
  OsmStore& operator=(OsmStore&&) = default;
  OsmStore(const OsmStore&) = delete;
  OsmStore& operator=(const OsmStore&) = delete;

  // DATA_LOSS if `bytes` do not follow the layout above. Validates everything that a search uses;
  // MakePlace detects damaged records. Sizes that the bytes claim are checked before memory is
  // allocated for them.
  static absl::StatusOr<OsmStore> Parse(std::string bytes);

  // The argument of Parse.
  std::string_view bytes() const { return bytes_; }
  size_t size() const { return points_.size(); }
  OsmKey key(uint32_t index) const { return keys_[index]; }

  // Returns at most `limit` places within `radius_m` metres that have the wanted types, nearest
  // first. A place without a name is found only if an included type or an included primary type
  // requests one of its types.
  std::vector<Hit> Nearest(const GeoPoint& center, double radius_m, size_t limit,
                           const TypeFilter& filter) const;

  // The place refers to strings in this object. Returns nothing if the record is damaged.
  std::optional<Place> MakePlace(uint32_t index, std::string_view language,
                                 std::string_view region) const;

 private:
  struct TypeSet {
    bool named = true;
    std::string_view primary;
    std::vector<std::string_view> types;
  };

  absl::Status ParseNames(std::string_view names);
  // Validates that the arrays refer only to existing data.
  absl::Status CheckArrays() const;
  bool ReadTags(std::string_view record, const StoredPoint& point, OsmObject& object,
                std::vector<OsmTag>& tags) const;

  // Too large for the string's internal buffer, so that the views below stay valid if this object
  // moves.
  std::string bytes_;
  std::string_view text_;
  absl::Span<const OsmKey> keys_;
  absl::Span<const uint64_t> offsets_;
  absl::Span<const StoredPoint> points_;
  absl::Span<const uint32_t> set_of_;
  std::vector<std::string_view> tag_keys_;
  std::vector<TypeSet> sets_;
  PointIndex index_;
};

}  // namespace proxyherd::places
