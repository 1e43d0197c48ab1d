// Bridges std::string_view to Abseil's, which is a separate type in some distributions' packages.
#pragma once

#include <string_view>

#include "absl/strings/string_view.h"

namespace proxyherd {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace proxyherd
