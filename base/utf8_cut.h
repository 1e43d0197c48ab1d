// Cuts text between characters. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace proxyherd {

// The length of the longest prefix of UTF-8 text that has at most `limit` bytes and ends with a
// whole character. For text that is not UTF-8, some number up to `limit`.
inline size_t Utf8CutPoint(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return limit;
}

}  // namespace proxyherd
