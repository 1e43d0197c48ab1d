// Scanning of text for the ends of fields and of digits, eight bytes at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace proxyherd {

// The six bytes that separate fields; no others are white space.
inline bool IsWhiteSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Eight bytes of text in a word, the first in the lowest eight bits. A property of bytes is a word
// in which the highest bit of each byte that has it is set, and no other bit.
class TextWord {
 public:
  static constexpr ptrdiff_t kBytes = 8;
  static_assert(std::endian::native == std::endian::little);

  explicit TextWord(const char* text) { std::memcpy(&bytes_, text, kBytes); }

  uint64_t NoDigit() const {
    const uint64_t value = bytes_ ^ kEach * '0';  // of a digit: less than 10
    return (((value & kEach * 0x7f) + kEach * (0x80 - 10)) | value) & kHigh;
  }
  // Up to and with the space: all white space is among these.
  uint64_t UpToSpace() const {
    return ~(((bytes_ & kEach * 0x7f) + kEach * (0x7f - ' ')) | bytes_) & kHigh;
  }
  // Which byte is the first to have a property. REQUIRES: one has it.
  static ptrdiff_t First(uint64_t property) { return std::countr_zero(property) / 8; }

  // REQUIRES: all are digits.
  uint64_t Value() const {
    // Neighbours are put together: eight digits, four pairs, two fours.
    const uint64_t pairs = ((bytes_ & kEach * 0x0f) * ((10 << 8) + 1)) >> 8;
    const uint64_t fours = ((pairs & 0x00ff00ff00ff00ff) * ((100 << 16) + 1)) >> 16;
    return ((fours & 0x0000ffff0000ffff) * ((uint64_t{10'000} << 32) + 1)) >> 32;
  }

 private:
  static constexpr uint64_t kEach = 0x0101010101010101;
  static constexpr uint64_t kHigh = kEach * 0x80;

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

// The first byte from `at` on that is no digit, or `end`.
inline const char* DigitsEnd(const char* at, const char* end) {
  for (; end - at >= TextWord::kBytes; at += TextWord::kBytes) {
    const uint64_t others = TextWord(at).NoDigit();
    if (others != 0) return at + TextWord::First(others);
  }
  while (at != end && IsDigit(*at)) ++at;
  return at;
}

// The value of some digits. REQUIRES: at most 19 of them; nothing else from `at` to `end`.
inline uint64_t DigitsValue(const char* at, const char* end) {
  uint64_t value = 0;
  for (; end - at >= TextWord::kBytes; at += TextWord::kBytes) {
    value = value * 100'000'000 + TextWord(at).Value();
  }
  for (; at != end; ++at) value = value * 10 + static_cast<uint64_t>(*at - '0');
  return value;
}

}  // namespace proxyherd
