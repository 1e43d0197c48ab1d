// Which of Google's types an object of OpenStreetMap has.
//
// The table is places/data/osm_to_google.txt, part of the binary; places/osm/osm_refinements.h
// makes its answers more precise by further tags (an Italian restaurant).
#pragma once

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "places/osm/osm_tag.h"

namespace proxyherd {

// The views stay valid for ever.
struct OsmTypes {
  absl::string_view primary;
  std::vector<absl::string_view> types;  // from Google's tables A and B, `primary` among them

  bool operator==(const OsmTypes&) const = default;
};

// Nothing when the object is no place that Google has a type for, or none any more (disused=yes,
// was:shop=bakery). Of several matching lines the table's first counts. Of values in a list
// (cafe;bar) the first that the table knows counts. Thread-safe.
std::optional<OsmTypes> MapOsmTypes(absl::Span<const OsmTag> tags);

// Whether one of the tags has a key by which mappers say what people go to (amenity, shop, tourism
// and so on), and not only what there is, as streets and buildings are. Thread-safe.
bool HasMainOsmKey(absl::Span<const OsmTag> tags);

// Whether MapOsmTypes looks at tags with this key. Thread-safe.
bool IsOsmTypeTag(absl::string_view key);

}  // namespace proxyherd
