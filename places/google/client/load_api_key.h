// Where the API key comes from: a file, else the environment.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace proxyherd {

// The environment variable that may hold the key; a key file goes before it.
inline constexpr char kApiKeyVariable[] = "PROXYHERD_PLACES_API_KEY";

// The key in the file `path`, or in `variable_value` (the variable's, null when unset) when the
// path is empty. Errors name the file or the variable and say what to do; they never quote the key.
absl::StatusOr<std::string> LoadApiKey(const std::string& path, const char* variable_value);

}  // namespace proxyherd
