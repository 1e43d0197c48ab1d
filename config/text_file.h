// Reads a whole configuration file.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace proxyherd::config {

// Far more than any herd file or options file has. The limit also ends the reading of a file
// without an end, e.g. a device.
inline constexpr size_t kMaxTextFileBytes = size_t{16} << 20;

// Error messages begin with `path`. Thread-safe.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

}  // namespace proxyherd::config
