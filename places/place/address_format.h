// The order in which a country writes the parts of an address.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "places/geo/point_index.h"

namespace proxyherd {

struct AddressParts {
  absl::string_view number;
  absl::string_view street;
  absl::string_view unit;
  absl::string_view city;
  absl::string_view division;  // first-level: a state or province
  absl::string_view postcode;
};

// A pattern for FormatAddress, by ISO 3166-1 code: that of most of the world for countries that it
// does not know. Stays valid for ever.
absl::string_view AddressPattern(absl::string_view country_code);

// A guess for where no country is named: it knows North America, the British Isles, Australia and
// New Zealand by their rough outlines, and takes what most of the world does for all else.
absl::string_view AddressPatternAt(const GeoPoint& location);

// Writes the parts in the pattern's order. What stands between two parts is left out with either of
// them; a number or unit without a street is left out.
std::string FormatAddress(absl::string_view pattern, const AddressParts& parts);

}  // namespace proxyherd
