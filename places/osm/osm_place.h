// From an object of OpenStreetMap to what Google would say of it.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "places/osm/osm_tag.h"
#include "places/place/place.h"

namespace proxyherd {

struct OsmObject {
  enum class Kind { kNode, kWay, kRelation };

  Kind kind = Kind::kNode;
  int64_t id = 0;
  GeoPoint location;          // of a way or relation: its middle
  std::optional<GeoBox> box;  // around a way or relation
  absl::Span<const OsmTag> tags;
};

// Whether MapOsmTypes or MakeOsmPlace look at tags with this key: a store needs to keep no others.
// Thread-safe.
bool IsKeptOsmTag(absl::string_view key);

// What MakeOsmPlace calls an object when it is asked for no language; empty when it has no name.
// Thread-safe.
absl::string_view OsmName(absl::Span<const OsmTag> tags);

// `language` (BCP 47, may be empty) chooses among the names that the object has; `region` (a
// country's two letters, may be empty) is the country that addresses in it need not name. The name
// is empty when the object has none. What a tag says in a way that cannot be read is left out, and
// never guessed. The place refers to the texts of `object.tags`. Thread-safe.
Place MakeOsmPlace(const OsmObject& object, absl::string_view language, absl::string_view region);

}  // namespace proxyherd
