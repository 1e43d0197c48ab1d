// Reads tags one by one into the fields of a place.
#include "places/osm_place.h"

#include "places/osm_types.h"

namespace proxyherd {

bool IsKeptOsmTag(absl::string_view key) { return IsOsmTypeTag(key); }

Place MakeOsmPlace(const OsmObject& /*object*/, absl::string_view /*language*/,
                   absl::string_view /*region*/) {
  return {};
}

}  // namespace proxyherd
