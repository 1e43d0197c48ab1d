// Maps objects of OpenStreetMap to Google's types.
//
// The table is places/data/osm_to_google.txt, linked into the binary; places/osm/osm_refinements.h
// refines its results by further tags (an Italian restaurant).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "places/osm/osm_tag.h"

namespace proxyherd::places {

// The views stay valid forever.
struct OsmTypes {
  std::string_view primary;
  std::vector<std::string_view> types;  // from Google's tables A and B, including `primary`

  bool operator==(const OsmTypes&) const = default;
};

// Returns nothing if Google has no type for the object, or if the place no longer exists
// (disused=yes, was:shop=bakery). If several lines of the table match, the first one is used; of
// several values in a list (cafe;bar), the first one that is in the table. Thread-safe.
std::optional<OsmTypes> MapOsmTypes(absl::Span<const OsmTag> tags);

// Returns true if a tag's key gives the purpose of a place (amenity, shop, tourism and so on), as
// opposed to keys of things that merely exist, such as streets and buildings. Thread-safe.
bool HasMainOsmKey(absl::Span<const OsmTag> tags);

// Returns true if MapOsmTypes uses tags with this key. Thread-safe.
bool IsOsmTypeTag(std::string_view key);

}  // namespace proxyherd::places
