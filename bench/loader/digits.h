// Writes numbers with a fixed number of digits, including leading zeros. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace proxyherd::bench {

namespace digits_internal {
// "00" to "99".
struct Pairs {
  constexpr Pairs() {
    for (size_t i = 0; i < 100; ++i) {
      text[2 * i] = static_cast<char>('0' + i / 10);
      text[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
  }
  char text[200]{};
};
inline constexpr Pairs kPairs;
}  // namespace digits_internal

// Writes `value` modulo 100 as two digits.
inline void WriteTwoDigits(uint32_t value, char* out) {
  std::memcpy(out, digits_internal::kPairs.text + size_t{2} * (value % 100), 2);
}

// Writes `value` modulo 10^8 as eight digits.
inline void WriteEightDigits(uint32_t value, char* out) {
  const uint32_t high = value / 10'000;
  WriteTwoDigits(high / 100, out);
  WriteTwoDigits(high, out + 2);
  const uint32_t low = value % 10'000;
  WriteTwoDigits(low / 100, out + 4);
  WriteTwoDigits(low, out + 6);
}

// Writes a value below 10^9 as nine digits.
inline void WriteNineDigits(uint32_t value, char* out) {
  *out = static_cast<char>('0' + value / 100'000'000);
  WriteEightDigits(value % 100'000'000, out + 1);
}

}  // namespace proxyherd::bench
