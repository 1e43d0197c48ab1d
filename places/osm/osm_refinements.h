// Refines types by further tags: a restaurant with cuisine=italian is an Italian restaurant.
#pragma once

#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "places/osm/osm_tag.h"

namespace proxyherd::places {

struct OsmRefinements {
  std::vector<std::string_view> types;    // the first becomes primary
  std::vector<std::string_view> dropped;  // unrefined types that no longer apply
};

// `base` is the tag for which the table gave the unrefined types, e.g. "amenity=restaurant". The
// views stay valid forever. Thread-safe.
OsmRefinements RefineOsmTypes(std::string_view base, absl::Span<const OsmTag> tags);

// Returns true if RefineOsmTypes uses tags with this key.
bool IsOsmRefinementTag(std::string_view key);

// Returns all types that RefineOsmTypes can add.
std::vector<std::string_view> AllOsmRefinementTypes();

}  // namespace proxyherd::places
