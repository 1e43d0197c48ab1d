// Interpretation of Google's errors: when to retry, and what an operator can do.
//
// Sources: google/rpc/error_details.proto and google/api/error_reason.proto of googleapis, and the
// errors that Places API (New) is known to send. The reason in google.rpc.ErrorInfo is considered
// first, because Google guarantees its stability; then the status in the body; then the HTTP
// status. The text of a message is for people only: Google rewords it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace proxyherd::places {

// The reasons that are handled specially; each is a possible label of metrics.
std::vector<std::string_view> KnownGoogleReasons();

// Returns true if the error says that Google refuses the key or the project behind it. Every search
// then fails until a person changes something.
bool IsKeyRefused(const absl::Status& error);

// Returns the error for an answer with this HTTP status (300 to 599). `error` is the member `error`
// of the answer's body; null if the body lacks it or is not JSON. `retry_after_ns` is from the
// header; 0 without the header.
//
// The status carries a code derived as described above, Google's HTTP status, its reason and a
// retry advice (places/provider/errors.h): kNever if a person must change something; kTomorrow if a
// daily quota is used up (known from ErrorInfo's quota_limit); kSoon for 500, 502, 503, 504 and
// other quotas, not before Retry-After and RetryInfo allow it. The message says what to do, then
// what Google said. It may be long and quote any received bytes, so it must pass through
// PresentableError.
absl::Status ReadGoogleError(int http_status, const nlohmann::ordered_json* error,
                             int64_t retry_after_ns);

}  // namespace proxyherd::places
