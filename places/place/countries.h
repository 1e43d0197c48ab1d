// Countries and some of their divisions, by code and by name.
#pragma once

#include <string_view>

namespace proxyherd::places {

// The views stay valid forever.
struct Country {
  std::string_view code;          // ISO 3166-1, e.g. "US"
  std::string_view name;          // in English, e.g. "United States"
  std::string_view address_name;  // as in addresses, e.g. "USA"
};

struct CountryDivision {
  std::string_view name;        // e.g. "California"
  std::string_view short_name;  // as in addresses, e.g. "CA"
};

// Finds a country by code or by either name, ignoring case; nullptr if missing. Thread-safe.
const Country* FindCountry(std::string_view text);

// Finds a first-level division by either name, ignoring case, in countries whose addresses
// abbreviate divisions (US, CA, AU); otherwise nullptr. Thread-safe.
const CountryDivision* FindDivision(std::string_view country_code, std::string_view text);

}  // namespace proxyherd::places
