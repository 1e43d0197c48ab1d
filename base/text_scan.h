// Finds the ends of fields and of digits in text, eight bytes at a time.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace proxyherd {

// The six bytes that separate fields; no others are white space.
inline bool IsWhiteSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Eight bytes of text in a word, the first byte in the lowest eight bits. A property of bytes is a
// word in which the highest bit is set in each byte that has the property, and no other bit.
class TextWord {
 public:
  static constexpr ptrdiff_t kBytes = 8;

  explicit TextWord(const char* text) { std::memcpy(&bytes_, text, sizeof(bytes_)); }

  uint64_t NoDigit() const {
    const uint64_t value = bytes_ ^ kEach * '0';  // of a digit: less than 10
    return (((value & kEach * 0x7f) + kEach * (0x80 - 10)) | value) & kHigh;
  }
  // Bytes up to and including the space character: a superset of white space.
  uint64_t UpToSpace() const {
    return ~(((bytes_ & kEach * 0x7f) + kEach * (0x7f - ' ')) | bytes_) & kHigh;
  }
  // The index of the first byte that has a property. REQUIRES: at least one byte has it.
  static ptrdiff_t First(uint64_t property) {
    assert(property != 0);
    return std::countr_zero(property) / 8;
  }

  // The number that the eight digits spell. REQUIRES: all eight bytes are digits.
  uint64_t Value() const {
    assert(NoDigit() == 0);
    // Combines neighbours: eight digits to four pairs, to two groups of four, to the number.
    const uint64_t pairs = ((bytes_ & kEach * 0x0f) * ((10 << 8) + 1)) >> 8;
    const uint64_t fours = ((pairs & 0x00ff00ff00ff00ff) * ((100 << 16) + 1)) >> 16;
    return ((fours & 0x0000ffff0000ffff) * ((uint64_t{10'000} << 32) + 1)) >> 32;
  }

  // The eight digits of a number, with leading zeros. REQUIRES: value < 100,000,000.
  static TextWord OfDigits(uint64_t value) {
    assert(value < 100'000'000);
    // The reverse of Value. Divides by multiplying with a fraction, which is exact for such small
    // numbers.
    const uint64_t fours = value / 10'000 | value % 10'000 << 32;
    const uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000007f0000007f;
    const uint64_t pairs = hundreds | (fours - hundreds * 100) << 16;
    const uint64_t tens = (pairs * 103 >> 10) & 0x000f000f000f000f;
    return TextWord((tens | (pairs - tens * 10) << 8) + kEach * '0');
  }
  void Store(char* to) const { std::memcpy(to, &bytes_, sizeof(bytes_)); }

 private:
  static_assert(std::endian::native == std::endian::little);
  static constexpr uint64_t kEach = 0x0101010101010101;
  static constexpr uint64_t kHigh = kEach * 0x80;

  explicit TextWord(uint64_t bytes) : bytes_(bytes) {}

  uint64_t bytes_;
};

// The end of the field that begins at `at`: the first white space, or `end`.
inline const char* FieldEnd(const char* at, const char* end) {
  while (end - at >= TextWord::kBytes) {
    const uint64_t candidates = TextWord(at).UpToSpace();
    if (candidates == 0) {
      at += TextWord::kBytes;
      continue;
    }
    at += TextWord::First(candidates);
    if (IsWhiteSpace(*at)) return at;
    ++at;
  }
  while (at != end && !IsWhiteSpace(*at)) ++at;
  return at;
}

// The end of the run of digits that begins at `at`, perhaps `at` itself.
inline const char* DigitsEnd(const char* at, const char* end) {
  for (; end - at >= TextWord::kBytes; at += TextWord::kBytes) {
    const uint64_t others = TextWord(at).NoDigit();
    if (others != 0) return at + TextWord::First(others);
  }
  while (at != end && IsDigit(*at)) ++at;
  return at;
}

// A run of digits.
struct Digits {
  const char* end = nullptr;  // the first byte that is not a digit, or the end of the text
  uint64_t value = 0;         // modulo 2^64
};

// Reads the run of digits that begins at `at`, which may be empty.
inline Digits ReadDigits(const char* at, const char* end) {
  uint64_t value = 0;
  for (; end - at >= TextWord::kBytes; at += TextWord::kBytes) {
    const TextWord word(at);
    if (word.NoDigit() != 0) break;
    value = value * 100'000'000 + word.Value();
  }
  for (; at != end && IsDigit(*at); ++at) value = value * 10 + static_cast<uint64_t>(*at - '0');
  return {at, value};
}

}  // namespace proxyherd
