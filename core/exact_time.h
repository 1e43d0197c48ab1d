// Times of clients: exact integers, never doubles (a double cannot tell stamps 100 ns apart).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proxyherd {

// Reads POSIX seconds with an optional fraction, digits only ("1621464827.959498503"), as
// nanoseconds since 1970. Fraction digits past the ninth do not count. nullopt when the text is
// malformed or the value does not fit in int64_t.
std::optional<int64_t> ParseTimeNs(std::string_view text);

// Appends `received_ns - client_ns` in seconds: a sign (`+` when zero), plain decimal, nine
// fraction digits. REQUIRES: both are at least 0, so that the difference fits.
void AppendDelta(int64_t received_ns, int64_t client_ns, std::string& out);

}  // namespace proxyherd
