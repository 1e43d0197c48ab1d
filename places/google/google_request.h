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
// whole call. The attributions are included because Google's terms require that they be shown.
inline constexpr char kGoogleFieldMask[] =
    "places.name,places.id,places.types,places.formattedAddress,places.addressComponents,"
    "places.plusCode,places.location,places.viewport,places.googleMapsUri,places.businessStatus,"
    "places.attributions,places.displayName,places.primaryType,places.timeZone";

struct GoogleOptions {
  // `https://HOST[:PORT]`. Plain http is allowed only to this machine, so that the key never
  // crosses a network unencrypted.
  std::string endpoint = kGoogleEndpoint;
  // Paths in the format of X-Goog-FieldMask: comma-separated, no blanks.
  std::string field_mask = kGoogleFieldMask;
  // As ParseApiKey returns it.
  std::string api_key;
  // Defaults for searches that leave these fields empty; the ranges are those of SearchRequest.
  TypeFilter types = {};  // for a search without any list of types
  Rank rank = Rank::kDistance;
  std::string language = {};  // empty: Google's own default, "en"
  std::string region = {};
};

// Returns INVALID_ARGUMENT with everything that is wrong with the options; ignores `api_key`.
absl::Status ValidateGoogleOptions(const GoogleOptions& options);

// Uses `key` instead of options.api_key, because the key may have been reloaded since. REQUIRES:
// the options (without api_key) and `key` are valid.
HttpRequest BuildGoogleRequest(const GoogleOptions& options, std::string_view key,
                               const SearchRequest& request);

}  // namespace proxyherd::places
