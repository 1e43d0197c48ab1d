// Writes any bytes as text, for people, protobuf strings and the log: client ids need not be UTF-8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proxyherd {

// Writes `\` as `\\` and each byte outside valid UTF-8 as `\xNN`; everything else as it is.
std::string EscapeBytes(std::string_view bytes);

// The same, but also escapes control characters: the result is one line, and safe for a terminal.
std::string Printable(std::string_view bytes);

// The inverse of both. Accepts `\xNN` for any byte, in either case; nullopt for any other escape.
std::optional<std::string> UnescapeBytes(std::string_view text);

}  // namespace proxyherd
