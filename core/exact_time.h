// Times of clients: exact integers, never doubles, which cannot distinguish times 100 ns apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace proxyherd {

// Parses POSIX seconds with an optional fraction, digits only ("1621464827.959498503"), into
// nanoseconds since 1970. Fraction digits past the ninth are ignored. nullopt if the text is
// malformed or the value does not fit in int64_t.
std::optional<int64_t> ParseTimeNs(std::string_view text);

// At most ten digits of seconds, the point and nine digits.
inline constexpr size_t kMaxTimeBytes = 20;

// Writes the usual text of a time: seconds without leading zeros, the point, nine fraction digits.
// The text ends at `end`; returns its beginning. REQUIRES: time_ns >= 0; there is room for
// kMaxTimeBytes before `end`.
char* WriteTimeBefore(char* end, int64_t time_ns);

// Returns true if `text`, which must be a valid time, is what WriteTimeBefore writes for its value.
inline bool IsUsualTimeText(std::string_view text) {
  constexpr size_t kFraction = 10;  // the point and nine digits
  return text.size() > kFraction && text[text.size() - kFraction] == '.' &&
         (text[0] != '0' || text.size() == kFraction + 1);
}

// A sign, at most ten digits of seconds, the point and nine digits.
inline constexpr size_t kMaxDeltaBytes = 21;

// Writes `received_ns - client_ns` in seconds: a sign (`+` when zero), plain decimal, nine fraction
// digits. The text ends at `end`; returns its beginning. REQUIRES: both times are at least 0, so
// that the difference fits; there is room for kMaxDeltaBytes before `end`.
char* WriteDeltaBefore(char* end, int64_t received_ns, int64_t client_ns);

}  // namespace proxyherd
