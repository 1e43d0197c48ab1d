// Client ids as text for people: protobuf strings must be valid UTF-8, ids need not be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proxyherd {

// Writes `\` as `\\` and each byte outside valid UTF-8 as `\xNN`; everything else as it is.
std::string EscapeBytes(std::string_view bytes);

// The reverse. Accepts `\xNN` for any byte, in either case; nullopt for any other escape.
std::optional<std::string> UnescapeBytes(std::string_view text);

}  // namespace proxyherd
