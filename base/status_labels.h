// Codes of statuses as labels of metrics. Pure.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

namespace proxyherd {

inline constexpr size_t kStatusCodes = 17;  // OK and the 16 errors; absl::Status has no others

// Of the code with this number, as gRPC names it, in small letters: "ok", "unavailable".
inline std::string StatusLabel(size_t code) {
  return absl::AsciiStrToLower(absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
}

}  // namespace proxyherd
