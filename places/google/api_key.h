// What an API key looks like, and how it stays secret.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// A text longer than this is not a key but a mistake, such as a whole configuration.
inline constexpr size_t kMaxKeyBytes = 4096;

// The key in `text`, without the white space around it. INVALID_ARGUMENT, which never quotes the
// text, when nothing is left, when its length is no key's, or when it holds anything but printable
// ASCII (which could add headers to a request).
absl::StatusOr<std::string> ParseApiKey(absl::string_view text);

// `text` with "[key]" in place of every occurrence of `key`.
std::string Scrub(absl::string_view text, absl::string_view key);

}  // namespace proxyherd
