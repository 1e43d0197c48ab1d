// What Google's answers mean. Pure, so that any bytes can be thrown at it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "places/google/http.h"

namespace proxyherd {

// The JSON to pass on: the body untouched, or with the places beyond `max_results` cut off.
//
// What Google refuses is as ReadGoogleError (places/google/google_errors.h) has it. A success that
// is not a JSON object, or whose places are no array, is UNAVAILABLE. Messages may be long and
// quote anything that came: they are for PresentableError.
absl::StatusOr<std::string> ReadGoogleResponse(HttpResponse response, int max_results);

// The same error as one short line of text, with "[key]" in place of the key.
absl::Status PresentableError(const absl::Status& error, absl::string_view key);

}  // namespace proxyherd
