// Times of clients: exact integers, never doubles (a double cannot tell stamps 100 ns apart).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace proxyherd {

// Reads POSIX seconds with an optional fraction, digits only ("1621464827.959498503"), as
// nanoseconds since 1970. Fraction digits past the ninth do not count. nullopt when the text is
// malformed or the value does not fit in int64_t.
std::optional<int64_t> ParseTimeNs(std::string_view text);

// A sign, at most ten digits of seconds, the point and nine digits.
inline constexpr size_t kMaxDeltaBytes = 21;

// Writes `received_ns - client_ns` in seconds: a sign (`+` when zero), plain decimal, nine fraction
// digits. What is written ends at `end`; returns where it begins. REQUIRES: both are at least 0, so
// that the difference fits; there is room for kMaxDeltaBytes.
char* WriteDeltaBefore(char* end, int64_t received_ns, int64_t client_ns);

}  // namespace proxyherd
