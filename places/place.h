// A place as the offline providers know it: what Google's Place message says, by meaning.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "places/point_index.h"

namespace proxyherd {

// One part of an address.
struct AddressComponent {
  absl::string_view long_text;
  absl::string_view short_text;
  std::vector<absl::string_view> types;  // the most precise first
};

// The views refer to the data of the provider that made it. Anything empty is left out of JSON.
struct Place {
  std::string id;                        // [A-Za-z0-9_-]+, unique within its provider
  absl::string_view name;                // for people
  std::vector<absl::string_view> types;  // from Google's tables A and B
  absl::string_view primary_type;        // one of `types`
  GeoPoint location;
  double viewport_half_degrees = 0;       // how far the viewport reaches to each side
  std::vector<AddressComponent> address;  // the most precise first
  std::string formatted_address;
  absl::string_view business_status;
  absl::string_view time_zone;  // IANA name
  absl::string_view attribution_name;
  absl::string_view attribution_uri;
};

}  // namespace proxyherd
