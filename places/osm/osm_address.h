// Addresses from the addr:* tags of OpenStreetMap.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "places/osm/osm_tag.h"
#include "places/place/place.h"

namespace proxyherd::places {

// The views refer to the strings of the tags, or stay valid forever.
struct OsmAddress {
  std::vector<AddressComponent> components;  // most precise first, the postcode last
  // addr:full, or the parts in the country's order; empty if the object has neither.
  std::string formatted;
  std::string short_formatted;  // without division, postcode and country
  PostalAddress postal;         // only if the country is known
};

// `location` only decides the order of the parts, and only if no tag names the country. `region`
// (two letters, may be empty) is a country whose name is omitted. Thread-safe.
OsmAddress ReadOsmAddress(absl::Span<const OsmTag> tags, const GeoPoint& location,
                          std::string_view region);

// Returns true if ReadOsmAddress uses tags with this key.
bool IsOsmAddressTag(std::string_view key);

}  // namespace proxyherd::places
