#include "places/google/api_key.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "base/absl_strings.h"

namespace proxyherd::places {
namespace {

// Google's keys have 39 characters. A key shorter than this could not be removed from a string
// without damaging it.
constexpr size_t kMinKeyBytes = 8;

}  // namespace

absl::StatusOr<std::string> ParseApiKey(std::string_view text) {
  const std::string_view key = FromAbsl(absl::StripAsciiWhitespace(ToAbsl(text)));
  if (key.empty()) return absl::InvalidArgumentError("is empty");
  if (key.size() < kMinKeyBytes) return absl::InvalidArgumentError("is too short for an API key");
  if (key.size() > kMaxKeyBytes) return absl::InvalidArgumentError("is too long for an API key");
  if (!std::all_of(key.begin(), key.end(), absl::ascii_isgraph)) {
    return absl::InvalidArgumentError(
        "holds blanks, control characters or non-ASCII bytes: it must be one line with the key "
        "alone");
  }
  return std::string(key);
}

bool IsApiKey(std::string_view key) {
  const absl::StatusOr<std::string> parsed = ParseApiKey(key);
  return parsed.ok() && *parsed == key;
}

std::string Scrub(std::string_view text, std::string_view key) {
  return key.empty() ? std::string(text)
                     : absl::StrReplaceAll(ToAbsl(text), {{ToAbsl(key), "[key]"}});
}

}  // namespace proxyherd::places
