// Loads the API key from a file, or else from the environment.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace proxyherd::places {

// The environment variable that may contain the key; a key file takes precedence.
inline constexpr char kApiKeyVariable[] = "PROXYHERD_PLACES_API_KEY";

// Returns the key from the file `path`, or from `variable_value` (of the variable; null if unset)
// if the path is empty. Errors name the file or the variable and say what to do; they never quote
// the key.
absl::StatusOr<std::string> LoadApiKey(const std::string& path, const char* variable_value);

}  // namespace proxyherd::places
