// Loads the API key from a file, or else from the environment.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace proxyherd::places {

// The environment variable that may contain the key; a key file takes precedence.
inline constexpr char kApiKeyVariable[] = "PROXYHERD_PLACES_API_KEY";

// Returns the key from the file `path`, or if `path` is empty, from `variable_value` (the value of
// the environment variable; null if unset). Errors name the file or the variable, but never quote
// the key.
absl::StatusOr<std::string> LoadApiKey(const std::string& path, const char* variable_value);

}  // namespace proxyherd::places
