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

// Returns the pattern for FormatAddress by ISO 3166-1 code; for unknown countries the one used in
// most of the world. Stays valid forever.
absl::string_view AddressPattern(absl::string_view country_code);

// Guesses the pattern if the country is unknown: knows North America, the British Isles, Australia
// and New Zealand by their rough outlines, and returns the pattern of most of the world elsewhere.
absl::string_view AddressPatternAt(const GeoPoint& location);

// Writes the parts in the pattern's order. A separator between two parts is omitted if either is; a
// number or unit is omitted without a street.
std::string FormatAddress(absl::string_view pattern, const AddressParts& parts);

}  // namespace proxyherd
