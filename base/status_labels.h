// Status codes as labels of metrics. Pure.
#pragma once

#include <cassert>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"

namespace proxyherd {

inline constexpr size_t kStatusCodes = 17;  // OK and the 16 errors; absl::Status has no others

// The name of this code as gRPC spells it, in lower case: "ok", "unavailable".
// REQUIRES: code < kStatusCodes.
inline std::string StatusLabel(size_t code) {
  assert(code < kStatusCodes);
  return absl::AsciiStrToLower(absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
}

}  // namespace proxyherd
