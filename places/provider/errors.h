// Errors of places: HTTP status codes in addition to absl's codes.
//
// The text protocol reports errors in Google's format, with an HTTP status. An upstream's HTTP
// status is stored in absl::Status as a payload; without one, the code implies it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace proxyherd::places {

// Stores the upstream's HTTP status. Values outside [400, 599] are ignored, because they do not
// describe an error. REQUIRES: `status` is not OK.
void SetUpstreamHttpStatus(absl::Status& status, int http_status);

// Returns what SetUpstreamHttpStatus stored, if anything.
std::optional<int> UpstreamHttpStatus(const absl::Status& status);

// When a failed call may be retried.
struct RetryAdvice {
  enum class When {
    kNever,     // the same call will fail until a person changes something
    kSoon,      // not before `delay_ns`; the caller backs off from there
    kTomorrow,  // a daily quota is used up: not before midnight, Pacific time
  };
  When when = When::kNever;
  int64_t delay_ns = 0;  // requested by the upstream (Retry-After); 0 if not requested

  bool operator==(const RetryAdvice&) const = default;
};

void SetRetryAdvice(absl::Status& status, const RetryAdvice& advice);

// Returns what SetRetryAdvice stored. If nothing was stored, returns kSoon for UNAVAILABLE,
// INTERNAL and DEADLINE_EXCEEDED, otherwise kNever.
RetryAdvice RetryAdviceOf(const absl::Status& status);

// Stores the upstream's identifier of the error (google.rpc.ErrorInfo's reason, e.g.
// API_KEY_INVALID). Ignored unless it matches [A-Z0-9_]{1,63}.
void SetUpstreamReason(absl::Status& status, std::string_view reason);

// Returns what SetUpstreamReason stored; empty if nothing was stored.
std::string UpstreamReason(const absl::Status& status);

// The reason for an invalid key. The error's code is INVALID_ARGUMENT, as for a bad request.
inline constexpr std::string_view kKeyInvalidReason = "API_KEY_INVALID";

// Returns true if the error has this reason: the request is then not at fault.
bool SaysKeyIsInvalid(const absl::Status& status);

// Returns the HTTP status to report for an error: the upstream's, or else the one to which
// google.rpc.Code maps the code. 200 for OK.
int HttpStatusOf(const absl::Status& status);

// Returns the google.rpc.Code for an answer with only an HTTP status. REQUIRES: http_status >= 300.
absl::StatusCode CodeOfHttpStatus(int http_status);

// Parses Google's spelling of a code, e.g. "INVALID_ARGUMENT"; returns nothing for unknown names
// and "OK".
std::optional<absl::StatusCode> ParseErrorCode(std::string_view name);

}  // namespace proxyherd::places
