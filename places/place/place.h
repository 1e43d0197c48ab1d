// A place as the offline providers represent it: the contents of Google's Place message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "places/geo/point_index.h"
#include "places/place/opening_hours.h"

namespace proxyherd::places {

// From the south-west to the north-east corner. If the box crosses the date line, `low` has the
// greater longitude.
struct GeoBox {
  GeoPoint low;
  GeoPoint high;
};

// Half the edge of the viewport that Google returns for a place that is a point.
inline constexpr double kPointViewportDegrees = 0.0013489802915;

// One part of an address.
struct AddressComponent {
  std::string_view long_text;
  std::string_view short_text;
  std::vector<std::string_view> types;  // most precise first
};

// A mailing address.
struct PostalAddress {
  std::string_view region_code;  // ISO 3166-1; required for a postal address
  std::string_view postal_code;
  std::string_view administrative_area;
  std::string_view locality;
  std::string_view sublocality;
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

// The views refer to the data of the provider that made the place. JSON omits empty fields.
struct Place {
  std::string id;                       // [A-Za-z0-9_-]+, unique within its provider
  std::string_view name;                // for people
  std::string_view name_language;       // BCP 47; empty if unknown
  std::vector<std::string_view> types;  // from Google's tables A and B
  std::string_view primary_type;        // one of `types`
  GeoPoint location;
  double viewport_half_degrees = 0;       // from the middle of the viewport to each side
  std::optional<GeoBox> viewport;         // used instead of the above if set
  std::vector<AddressComponent> address;  // most precise first
  std::string formatted_address;
  std::string short_formatted_address;
  PostalAddress postal_address;
  std::string_view national_phone;
  std::string_view international_phone;
  std::string website;
  OpeningHours opening_hours;
  std::string_view business_status;
  std::string_view time_zone;  // IANA name
  std::string_view attribution_name;
  std::string_view attribution_uri;
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

}  // namespace proxyherd::places
