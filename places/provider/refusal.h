// Errors of our own guards, told apart from those of an upstream.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "absl/status/status.h"

namespace proxyherd {

// Says that a guard refused the call before the upstream was asked, so that the error tells nothing
// of how the upstream is. `status` must not be OK.
void MarkRefusedHere(absl::Status& status);

// Whether MarkRefusedHere was called.
bool WasRefusedHere(const absl::Status& status);

// With less than this even a healthy upstream runs out of time.
inline constexpr std::chrono::nanoseconds kFairBudget = std::chrono::seconds(1);

// Whether the outcome of a call that was given `budget` can say how the upstream is. It cannot when
// the call was refused here, was cancelled, or ran out of a time below kFairBudget.
bool TellsOfUpstream(const absl::Status& outcome, std::chrono::nanoseconds budget);

// For people, in a reason: "RESOURCE_EXHAUSTED RATE_LIMIT_EXCEEDED (Quota exceeded...)": the code,
// the upstream's reason if it gave one, and the beginning of the message. Not for OK.
std::string ShortError(const absl::Status& status);

// What is kept of a message there, in bytes.
inline constexpr size_t kShortMessageBytes = 160;

}  // namespace proxyherd
