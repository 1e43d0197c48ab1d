// Converts objects of OpenStreetMap to places.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/types/span.h"
#include "places/osm/osm_tag.h"
#include "places/place/place.h"

namespace proxyherd::places {

struct OsmObject {
  enum class Kind { kNode, kWay, kRelation };

  Kind kind = Kind::kNode;
  int64_t id = 0;
  GeoPoint location;          // of a way or relation: its middle
  std::optional<GeoBox> box;  // around a way or relation
  absl::Span<const OsmTag> tags;
};

// Returns true if MapOsmTypes or MakeOsmPlace use tags with this key: a store need not keep others.
// Thread-safe.
bool IsKeptOsmTag(std::string_view key);

// The name that MakeOsmPlace returns if no language is given; empty if the object has no name.
// Thread-safe.
std::string_view OsmName(absl::Span<const OsmTag> tags);

// `language` (BCP 47, may be empty) selects one of the object's names; `region` (two letters of a
// country, may be empty) is the country that addresses in it need not name. The place's name is
// empty if the object has none. Tags that cannot be interpreted with certainty are omitted. The
// place refers to the texts of `object.tags`. Thread-safe.
Place MakeOsmPlace(const OsmObject& object, std::string_view language, std::string_view region);

}  // namespace proxyherd::places
