// Escapes text for the inside of a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace proxyherd {

// Appends any bytes as the inside of a JSON string: quotes, backslashes and control characters are
// escaped; each byte outside valid UTF-8 becomes U+FFFD.
void AppendJsonText(std::string_view text, std::string& out);

}  // namespace proxyherd
