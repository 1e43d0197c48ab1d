// Requests to Google's Places API (New), as plain data.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "places/google/http.h"
#include "places/provider/provider.h"

namespace proxyherd::places {

inline constexpr char kGoogleEndpoint[] = "https://places.googleapis.com";

// Only fields of the Pro price class: the most expensive field of a mask sets the price of the
// whole call. The attributions are included because Google's terms require them to be shown.
inline constexpr char kGoogleFieldMask[] =
    "places.name,places.id,places.types,places.formattedAddress,places.addressComponents,"
    "places.plusCode,places.location,places.viewport,places.googleMapsUri,places.businessStatus,"
    "places.attributions,places.displayName,places.primaryType,places.timeZone";

struct GoogleOptions {
  // `https://HOST[:PORT]`; plain http only to this machine, so that the key never crosses a network
  // unencrypted.
  std::string endpoint = kGoogleEndpoint;
  // Paths in the format of X-Goog-FieldMask: comma-separated, no blanks.
  std::string field_mask = kGoogleFieldMask;
  // As ParseApiKey returns it.
  std::string api_key;
  // Defaults for searches that leave these fields empty; each has the range of SearchRequest.
  TypeFilter types = {};  // for a search without any list of types
  Rank rank = Rank::kDistance;
  std::string language = {};  // empty: Google's own default, "en"
  std::string region = {};
};

// INVALID_ARGUMENT describes everything that is wrong with them, except for the key.
absl::Status ValidateGoogleOptions(const GoogleOptions& options);

// `key` replaces the key of the options: it may have been reloaded since. REQUIRES: the options
// (without their key) and `key` are valid.
HttpRequest BuildGoogleRequest(const GoogleOptions& options, std::string_view key,
                               const SearchRequest& request);

}  // namespace proxyherd::places
