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

// Returns true if MapOsmTypes or MakeOsmPlace uses tags with this key; a store need not keep other
// tags. Thread-safe.
bool IsKeptOsmTag(std::string_view key);

// Returns the name that MakeOsmPlace gives the place if no language is requested; empty if the
// object has no name. Thread-safe.
std::string_view OsmName(absl::Span<const OsmTag> tags);

// `language` (BCP 47, may be empty) selects one of the object's names. Addresses in the country
// `region` (two letters, may be empty) omit the country's name. The place's name is empty if the
// object has no name. Tags that cannot be interpreted with certainty are omitted. The place refers
// to the strings of `object.tags`. Thread-safe.
Place MakeOsmPlace(const OsmObject& object, std::string_view language, std::string_view region);

}  // namespace proxyherd::places
