// The errors of places: HTTP status codes beside absl's codes.
//
// The text protocol reports an error as Google writes it, with an HTTP status. An upstream's own
// status travels inside absl::Status as a payload; where there was none, the code implies one.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// Remembers the upstream's HTTP status. Outside [400, 599] it says nothing about an error and is
// left out. `status` must not be OK.
void SetUpstreamHttpStatus(absl::Status& status, int http_status);

// What SetUpstreamHttpStatus remembered, if anything.
std::optional<int> UpstreamHttpStatus(const absl::Status& status);

// The HTTP status to report for an error: the upstream's own, else the one that google.rpc.Code
// maps the code to. 200 for OK.
int HttpStatusOf(const absl::Status& status);

// The google.rpc.Code that goes with an HTTP status of at least 300; for answers that do not say.
absl::StatusCode CodeOfHttpStatus(int http_status);

// The code that Google spells "INVALID_ARGUMENT" and so on; nothing for another word or "OK".
std::optional<absl::StatusCode> ParseErrorCode(absl::string_view name);

}  // namespace proxyherd
