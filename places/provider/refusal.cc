#include "places/provider/refusal.h"

#include <cassert>
#include <string>
#include <string_view>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/utf8_cut.h"
#include "places/provider/errors.h"

namespace proxyherd::places {
namespace {

constexpr std::string_view kRefusedPayload = "type.proxyherd/refused-here";

// Returns at most kShortMessageBytes of the message, cut at the beginning of a UTF-8 character.
std::string Beginning(std::string_view message) {
  if (message.size() <= kShortMessageBytes) return std::string(message);
  return absl::StrCat(ToAbsl(message.substr(0, Utf8CutPoint(message, kShortMessageBytes - 3))),
                      "...");
}

}  // namespace

void MarkRefusedHere(absl::Status& status) {
  assert(!status.ok());
  status.SetPayload(ToAbsl(kRefusedPayload), absl::Cord());
}

bool WasRefusedHere(const absl::Status& status) {
  return status.GetPayload(ToAbsl(kRefusedPayload)).has_value();
}

bool TellsOfUpstream(const absl::Status& outcome, int64_t budget_ns) {
  if (WasRefusedHere(outcome) || outcome.code() == absl::StatusCode::kCancelled) return false;
  return outcome.code() != absl::StatusCode::kDeadlineExceeded || budget_ns >= kFairBudgetNs;
}

std::string ShortError(const absl::Status& status) {
  assert(!status.ok());
  std::string text = absl::StatusCodeToString(status.code());
  if (const std::string reason = UpstreamReason(status); !reason.empty() && reason != text) {
    absl::StrAppend(&text, " ", reason);
  }
  if (!status.message().empty())
    absl::StrAppend(&text, " (", Beginning(FromAbsl(status.message())), ")");
  return text;
}

}  // namespace proxyherd::places
