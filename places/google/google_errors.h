// What Google's errors mean: for whom they are, when to ask again, and what an operator can do.
//
// Sources: google/rpc/error_details.proto and google/api/error_reason.proto of googleapis, and the
// errors that Places API (New) is known to send. google.rpc.ErrorInfo's reason decides before
// anything else, because Google promises to keep it; then the status in the body; then the HTTP
// status. The words of a message are for people alone: Google rewords them.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// The reasons that mean something of their own here, each a label that metrics may have.
std::vector<absl::string_view> KnownGoogleReasons();

// Whether an error says that the key, or the project behind it, is refused: then every search
// fails until a person changes something.
bool IsKeyRefused(const absl::Status& error);

// The error of an answer with this HTTP status (300 to 599). `error` is the member `error` of its
// body, null when the body has none or is not JSON at all. `retry_after`: as the header said, 0
// without one.
//
// The status has a code that follows from the above, Google's HTTP status, its reason and an advice
// on asking again (places/provider/errors.h): never for what a person has to change; tomorrow when
// a quota of the day is used up (known by ErrorInfo's quota_limit); soon for 500, 502, 503, 504 and
// other quotas, at the earliest when Retry-After and RetryInfo allow. Its message says what to do,
// then what Google said. It may be long and quote anything that came: it is for PresentableError.
absl::Status ReadGoogleError(int http_status, const nlohmann::ordered_json* error,
                             std::chrono::seconds retry_after);

}  // namespace proxyherd
