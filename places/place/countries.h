// Countries and some of their divisions, by what people call them.
#pragma once

#include "absl/strings/string_view.h"

namespace proxyherd {

// The views stay valid for ever.
struct Country {
  absl::string_view code;          // ISO 3166-1, e.g. "US"
  absl::string_view name;          // in English, e.g. "United States"
  absl::string_view address_name;  // as it stands in addresses, e.g. "USA"
};

struct CountryDivision {
  absl::string_view name;        // e.g. "California"
  absl::string_view short_name;  // as it stands in addresses, e.g. "CA"
};

// By code or by either name, whatever the case; nullptr when it is none.
// Thread-safe.
const Country* FindCountry(absl::string_view text);

// Of the countries whose addresses abbreviate them (US, CA, AU) a first-level division by either
// name, whatever the case; nullptr for all else. Thread-safe.
const CountryDivision* FindDivision(absl::string_view country_code, absl::string_view text);

}  // namespace proxyherd
