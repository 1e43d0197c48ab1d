// Escaping of bytes.
#include "base/escaped_text.h"

#include <algorithm>
#include <cstdint>

namespace proxyherd {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// Length of the valid UTF-8 sequence (RFC 3629) that the text begins with; 0 when there is none.
size_t SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  // Lead byte, and the range of the byte after it: no overlong forms, no surrogates, no value above
  // U+10FFFF.
  size_t length = 0;
  uint8_t low = 0x80;
  uint8_t high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  }
  if (length == 0 || text.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  }
  return length;
}

void AppendEscape(char c, std::string& text) {
  const auto byte = static_cast<uint8_t>(c);
  text.append("\\x").append(1, kHexDigits[byte >> 4]).append(1, kHexDigits[byte & 0xf]);
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string EscapeBytes(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t length = SequenceLength(bytes);
    if (length == 0) {
      AppendEscape(bytes[0], text);
    } else if (bytes[0] == '\\') {
      text.append("\\\\");
    } else {
      text.append(bytes.substr(0, length));
    }
    bytes.remove_prefix(std::max<size_t>(length, 1));
  }
  return text;
}

std::string Printable(std::string_view bytes) {
  std::string text;
  for (const char c : EscapeBytes(bytes)) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || byte == 0x7f) {
      AppendEscape(c, text);
    } else {
      text.push_back(c);
    }
  }
  return text;
}

std::optional<std::string> UnescapeBytes(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  while (!text.empty()) {
    if (text[0] != '\\') {
      bytes.push_back(text[0]);
      text.remove_prefix(1);
    } else if (text.substr(0, 2) == "\\\\") {
      bytes.push_back('\\');
      text.remove_prefix(2);
    } else if (text.size() >= 4 && text[1] == 'x' && HexValue(text[2]) >= 0 &&
               HexValue(text[3]) >= 0) {
      bytes.push_back(static_cast<char>(HexValue(text[2]) * 16 + HexValue(text[3])));
      text.remove_prefix(4);
    } else {
      return std::nullopt;
    }
  }
  return bytes;
}

}  // namespace proxyherd
