// Escaping for JSON.
#include "base/json_text.h"

#include <cstddef>
#include <cstdint>

namespace proxyherd {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The length of the well-formed UTF-8 sequence that `text` begins with, 0 when it begins with none.
// The ranges are those of the Unicode standard's table of well-formed byte sequences.
size_t Utf8SequenceBytes(std::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  // No overlong forms, no surrogates, nothing past U+10FFFF.
  const uint8_t least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t greatest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > greatest) return 0;
  for (size_t i = 2; i < size; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  }
  return size;
}

void AppendEscaped(char c, std::string& out) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      out.push_back('\\');
      out.push_back(c);
      return;
    case '\n':
      out.append("\\n");
      return;
    default:
      if (static_cast<uint8_t>(c) >= 0x20) {
        out.push_back(c);
        return;
      }
      out.append("\\u00");
      out.push_back(kHexDigits[static_cast<uint8_t>(c) >> 4]);
      out.push_back(kHexDigits[static_cast<uint8_t>(c) & 0xF]);
  }
}

}  // namespace

void AppendJsonText(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const size_t size = Utf8SequenceBytes(text);
    if (size == 0) {
      out.append(kReplacement);
    } else if (size == 1) {
      AppendEscaped(text[0], out);
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

}  // namespace proxyherd
