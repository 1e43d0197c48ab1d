// Distinguishes errors of our own guards from those of an upstream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/env.h"

namespace proxyherd::places {

// Marks an error that was made in this process and says nothing about the upstream, usually because
// the call was refused before the upstream was asked. REQUIRES: `status` is not OK.
void MarkRefusedHere(absl::Status& status);

// Returns true if MarkRefusedHere was called.
bool WasRefusedHere(const absl::Status& status);

// With less time than this even a healthy upstream may fail to answer.
inline constexpr int64_t kFairBudgetNs = 1 * kSecond;

// Returns false if the outcome of a call with this `budget_ns` says nothing about the upstream: the
// call was refused here, was cancelled, or ran out of a budget shorter than kFairBudgetNs.
bool TellsOfUpstream(const absl::Status& outcome, int64_t budget_ns);

// Formats an error for people, as part of a reason, e.g. "RESOURCE_EXHAUSTED RATE_LIMIT_EXCEEDED
// (Quota exceeded...)": the code, the upstream's reason if present, and the beginning of the
// message. REQUIRES: `status` is not OK.
std::string ShortError(const absl::Status& status);

// Maximum bytes of the message in ShortError.
inline constexpr size_t kShortMessageBytes = 160;

}  // namespace proxyherd::places
