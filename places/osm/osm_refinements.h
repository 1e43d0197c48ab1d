// Refines types by further tags: a restaurant with cuisine=italian is an Italian restaurant.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "places/osm/osm_tag.h"

namespace proxyherd {

struct OsmRefinements {
  std::vector<absl::string_view> types;    // the first becomes primary
  std::vector<absl::string_view> dropped;  // unrefined types that no longer hold
};

// `base` is the tag in the table that gave the unrefined types, e.g. "amenity=restaurant". The
// views stay valid forever. Thread-safe.
OsmRefinements RefineOsmTypes(absl::string_view base, absl::Span<const OsmTag> tags);

// Returns true if RefineOsmTypes uses tags with this key.
bool IsOsmRefinementTag(absl::string_view key);

// All types that RefineOsmTypes can add.
std::vector<absl::string_view> AllOsmRefinementTypes();

}  // namespace proxyherd
