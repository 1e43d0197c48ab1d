// Validation of API keys, and their removal from strings.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace proxyherd::places {

// A longer string is not a key but a mistake, such as a whole configuration file.
inline constexpr size_t kMaxKeyBytes = 4096;

// Returns the key in `text` without surrounding white space. INVALID_ARGUMENT if the key is empty,
// too short or too long, or contains anything but printable ASCII (which could add headers to a
// request). The error never quotes the text.
absl::StatusOr<std::string> ParseApiKey(std::string_view text);

// Returns true if ParseApiKey returns exactly this text.
bool IsApiKey(std::string_view key);

// Returns `text` with "[key]" in place of every occurrence of `key`.
std::string Scrub(std::string_view text, std::string_view key);

}  // namespace proxyherd::places
