// Countries and some of their divisions, by code and by name.
#pragma once

#include "absl/strings/string_view.h"

namespace proxyherd {

// The views stay valid forever.
struct Country {
  absl::string_view code;          // ISO 3166-1, e.g. "US"
  absl::string_view name;          // in English, e.g. "United States"
  absl::string_view address_name;  // as in addresses, e.g. "USA"
};

struct CountryDivision {
  absl::string_view name;        // e.g. "California"
  absl::string_view short_name;  // as in addresses, e.g. "CA"
};

// Finds a country by code or by either name, in any case; nullptr if there is none. Thread-safe.
const Country* FindCountry(absl::string_view text);

// Finds a first-level division by either name, in any case, in countries whose addresses abbreviate
// them (US, CA, AU); nullptr otherwise. Thread-safe.
const CountryDivision* FindDivision(absl::string_view country_code, absl::string_view text);

}  // namespace proxyherd
