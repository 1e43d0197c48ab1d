#include "base/escaped_text.h"

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace proxyherd {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

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
    const size_t length = Utf8SequenceBytes(bytes);
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
