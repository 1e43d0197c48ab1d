// The errors of places: HTTP status codes beside absl's codes.
//
// The text protocol reports an error as Google writes it, with an HTTP status. An upstream's own
// status travels inside absl::Status as a payload; where there was none, the code implies one.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// Remembers the upstream's HTTP status. Outside [400, 599] it says nothing about an error and is
// left out. `status` must not be OK.
void SetUpstreamHttpStatus(absl::Status& status, int http_status);

// What SetUpstreamHttpStatus remembered, if anything.
std::optional<int> UpstreamHttpStatus(const absl::Status& status);

// What an upstream's error says of asking it again.
struct RetryAdvice {
  enum class When {
    kNever,     // the same call fails again until a person changes something
    kSoon,      // not before `delay`; the caller backs off from there
    kTomorrow,  // a quota of the day is used up: not before midnight Pacific time
  };
  When when = When::kNever;
  std::chrono::nanoseconds delay{0};  // as the upstream asked for (Retry-After); 0: it did not

  bool operator==(const RetryAdvice&) const = default;
};

void SetRetryAdvice(absl::Status& status, const RetryAdvice& advice);

// What SetRetryAdvice remembered; without it kSoon for UNAVAILABLE, INTERNAL and DEADLINE_EXCEEDED,
// else kNever.
RetryAdvice RetryAdviceOf(const absl::Status& status);

// The upstream's own word for what is wrong (google.rpc.ErrorInfo's reason, e.g. API_KEY_INVALID):
// [A-Z0-9_]{1,63}, anything else is left out.
void SetUpstreamReason(absl::Status& status, absl::string_view reason);

// What SetUpstreamReason remembered; empty without it.
std::string UpstreamReason(const absl::Status& status);

// The reason for a key that does not exist; its code is INVALID_ARGUMENT, as for a bad request.
inline constexpr absl::string_view kKeyInvalidReason = "API_KEY_INVALID";

// Whether that is the error's reason: then it is not the request's fault.
bool SaysKeyIsInvalid(const absl::Status& status);

// The HTTP status to report for an error: the upstream's own, else the one that google.rpc.Code
// maps the code to. 200 for OK.
int HttpStatusOf(const absl::Status& status);

// The google.rpc.Code that goes with an HTTP status of at least 300; for answers that do not say.
absl::StatusCode CodeOfHttpStatus(int http_status);

// The code that Google spells "INVALID_ARGUMENT" and so on; nothing for another word or "OK".
std::optional<absl::StatusCode> ParseErrorCode(absl::string_view name);

}  // namespace proxyherd
