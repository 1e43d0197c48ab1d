// The order in which a country writes the parts of an address.
#pragma once

#include <string>
#include <string_view>

#include "places/geo/point_index.h"

namespace proxyherd::places {

struct AddressParts {
  std::string_view number;
  std::string_view street;
  std::string_view unit;
  std::string_view city;
  std::string_view division;  // first-level: a state or province
  std::string_view postcode;
};

// Returns the pattern for FormatAddress by ISO 3166-1 code; for unknown countries the pattern used
// in most of the world. The view stays valid forever.
std::string_view AddressPattern(std::string_view country_code);

// Guesses the pattern if the country is unknown. Knows North America, the British Isles, Australia
// and New Zealand by their rough outlines; elsewhere returns the pattern of most of the world.
std::string_view AddressPatternAt(const GeoPoint& location);

// Writes the parts in the pattern's order. A separator between two parts is omitted if either part
// is empty. Without a street, number and unit are omitted.
std::string FormatAddress(std::string_view pattern, const AddressParts& parts);

}  // namespace proxyherd::places
