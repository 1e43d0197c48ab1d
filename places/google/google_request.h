// What is sent to Google's Places API (New), as plain data.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "places/google/http.h"
#include "places/provider/provider.h"

namespace proxyherd {

inline constexpr char kGoogleEndpoint[] = "https://places.googleapis.com";

// Only fields of the Pro price class: the dearest field of a mask sets the price of the whole call.
// The attributions are in it because Google's terms want them shown.
inline constexpr char kGoogleFieldMask[] =
    "places.name,places.id,places.types,places.formattedAddress,places.addressComponents,"
    "places.plusCode,places.location,places.viewport,places.googleMapsUri,places.businessStatus,"
    "places.attributions,places.displayName,places.primaryType,places.timeZone";

struct GoogleOptions {
  // `https://HOST[:PORT]`; plain http only to this very machine, so that the key does not cross a
  // network in the clear.
  std::string endpoint = kGoogleEndpoint;
  // Paths as X-Goog-FieldMask takes them: comma-separated, no blanks.
  std::string field_mask = kGoogleFieldMask;
  // As ParseApiKey returns it.
  std::string api_key;
  // What Google is asked with by a search that does not say; each has the ranges of SearchRequest.
  TypeFilter types = {};  // for one without any list of types
  Rank rank = Rank::kDistance;
  std::string language = {};  // empty: Google's own default, "en"
  std::string region = {};
};

// INVALID_ARGUMENT says all that is wrong with them, but for the key.
absl::Status ValidateGoogleOptions(const GoogleOptions& options);

// `key` instead of the options' own: it may have been read anew since. REQUIRES: all valid.
HttpRequest BuildGoogleRequest(const GoogleOptions& options, absl::string_view key,
                               const SearchRequest& request);

}  // namespace proxyherd
