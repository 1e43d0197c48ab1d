// Validates UTF-8. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace proxyherd {

// The length of the valid UTF-8 sequence (RFC 3629) that the text begins with; 0 if it is
// malformed. REQUIRES: the text is not empty.
size_t Utf8SequenceBytes(std::string_view text);

}  // namespace proxyherd
