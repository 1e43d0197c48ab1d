// A place as the offline providers represent it: the contents of Google's Place message.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "places/geo/point_index.h"
#include "places/place/opening_hours.h"

namespace proxyherd {

// From the south-west to the north-east corner; if it crosses the date line, `low` has the greater
// longitude.
struct GeoBox {
  GeoPoint low;
  GeoPoint high;
};

// Half the edge of the viewport that Google returns for a place that is a point.
inline constexpr double kPointViewportDegrees = 0.0013489802915;

// One part of an address.
struct AddressComponent {
  absl::string_view long_text;
  absl::string_view short_text;
  std::vector<absl::string_view> types;  // most precise first
};

// An address for letters.
struct PostalAddress {
  absl::string_view region_code;  // ISO 3166-1; required for a postal address
  absl::string_view postal_code;
  absl::string_view administrative_area;
  absl::string_view locality;
  absl::string_view sublocality;
  std::vector<std::string> lines;
};

// Each is unset if unknown.
struct PaymentOptions {
  std::optional<bool> credit_cards;
  std::optional<bool> debit_cards;
  std::optional<bool> cash_only;
  std::optional<bool> nfc;

  bool operator==(const PaymentOptions&) const = default;
};

struct AccessibilityOptions {
  std::optional<bool> wheelchair_entrance;
  std::optional<bool> wheelchair_restroom;

  bool operator==(const AccessibilityOptions&) const = default;
};

// The views refer to the data of the provider that made it. Empty fields are omitted from JSON.
struct Place {
  std::string id;                        // [A-Za-z0-9_-]+, unique within its provider
  absl::string_view name;                // for people
  absl::string_view name_language;       // BCP 47; empty if unknown
  std::vector<absl::string_view> types;  // from Google's tables A and B
  absl::string_view primary_type;        // one of `types`
  GeoPoint location;
  double viewport_half_degrees = 0;       // from the middle of the viewport to each side
  std::optional<GeoBox> viewport;         // if known, instead of the above
  std::vector<AddressComponent> address;  // most precise first
  std::string formatted_address;
  std::string short_formatted_address;
  PostalAddress postal_address;
  absl::string_view national_phone;
  absl::string_view international_phone;
  std::string website;
  OpeningHours opening_hours;
  absl::string_view business_status;
  absl::string_view time_zone;  // IANA name
  absl::string_view attribution_name;
  absl::string_view attribution_uri;
  std::optional<bool> takeout;
  std::optional<bool> delivery;
  std::optional<bool> reservable;
  std::optional<bool> serves_vegetarian_food;
  std::optional<bool> outdoor_seating;
  std::optional<bool> allows_dogs;
  std::optional<bool> restroom;
  PaymentOptions payment;
  AccessibilityOptions accessibility;
};

}  // namespace proxyherd
