// Interpretation of Google's answers. Pure, so that it can be fuzzed with any bytes.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "places/google/http.h"

namespace proxyherd::places {

// Returns the JSON to pass on: the body, unchanged except that places after `max_results` are cut.
//
// Converts HTTP errors with ReadGoogleError (places/google/google_errors.h). A success that is not
// a JSON object, or whose places are not an array, is UNAVAILABLE. Messages may be long and quote
// any received bytes: they must pass through PresentableError.
absl::StatusOr<std::string> ReadGoogleResponse(HttpResponse response, int max_results);

// Returns the same error as one short line of text, with "[key]" in place of the key.
absl::Status PresentableError(const absl::Status& error, std::string_view key);

}  // namespace proxyherd::places
