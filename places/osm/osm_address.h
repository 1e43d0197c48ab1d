// Addresses from the addr:* tags of OpenStreetMap.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "places/osm/osm_tag.h"
#include "places/place/place.h"

namespace proxyherd {

// The views refer to the texts of the tags, or stay valid for ever.
struct OsmAddress {
  std::vector<AddressComponent> components;  // the most precise first, the postcode last
  // addr:full, or the parts in the order of the country; empty when there is nothing to say.
  std::string formatted;
  std::string short_formatted;  // without division, postcode and country
  PostalAddress postal;         // only with a country
};

// `location` decides the order of the parts where no tag names the country; it decides no more than
// that. `region` (two letters, may be empty) is the country that is not written. Thread-safe.
OsmAddress ReadOsmAddress(absl::Span<const OsmTag> tags, const GeoPoint& location,
                          absl::string_view region);

// Whether ReadOsmAddress looks at tags with this key.
bool IsOsmAddressTag(absl::string_view key);

}  // namespace proxyherd
