// Reads a file of configuration as a whole.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace proxyherd {

// Far more than any herd or list of options has; a device, say, has no end.
inline constexpr size_t kMaxTextFileBytes = size_t{16} << 20;

// Errors say what is wrong with `path`, which they begin with.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

}  // namespace proxyherd
