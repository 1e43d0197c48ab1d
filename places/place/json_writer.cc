#include "places/place/json_writer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd::places {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr double kMaxWhole = 1e15;                         // above this, digits may be noise

uint8_t Byte(std::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }

// The longest well-formed prefix of one character (Unicode, table 3-7).
struct Character {
  size_t bytes;   // at least one
  bool complete;  // false: it is truncated
};

Character CharacterAt(std::string_view text, size_t at) {
  const uint8_t lead = Byte(text, at);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  for (size_t i = 1; i < length; ++i) {
    if (at + i == text.size()) return {i, false};
    // The range of the second byte depends on the first: this excludes overlong forms, surrogates,
    // and values above U+10FFFF.
    const uint8_t low = i > 1 ? 0x80 : lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const uint8_t high = i > 1 ? 0xBF : lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    const uint8_t next = Byte(text, at + i);
    if (next < low || next > high) return {i, false};
  }
  return {length, true};
}

bool IsPlain(uint8_t byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' && byte != '>';
}

void AppendEscaped(char c, std::string& out) {
  constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  if (const size_t named = kNamed.find(c); named != std::string_view::npos) {
    out += '\\';
    out += kNames[named];
  } else {
    absl::StrAppend(&out, "\\u", absl::Hex(static_cast<uint8_t>(c), absl::kZeroPad4));
  }
}

}  // namespace

void JsonWriter::Key(std::string_view key) {
  assert(std::all_of(key.begin(), key.end(), IsPlain));
  BeginValue();
  absl::StrAppend(&out_, "\"", ToAbsl(key), "\": ");
  after_key_ = true;
}

void JsonWriter::Text(std::string_view text) {
  BeginValue();
  out_ += '"';
  for (size_t at = 0; at < text.size();) {
    size_t plain = at;
    while (plain < text.size() && IsPlain(Byte(text, plain))) ++plain;
    out_.append(text.data() + at, plain - at);
    at = plain;
    if (at == text.size()) break;
    const Character character = CharacterAt(text, at);
    if (!character.complete) {
      out_.append(kReplacement.data(), kReplacement.size());
    } else if (character.bytes == 1) {
      AppendEscaped(text[at], out_);
    } else {
      out_.append(text.data() + at, character.bytes);
    }
    at += character.bytes;
  }
  out_ += '"';
}

void JsonWriter::Whole(int64_t number) {
  BeginValue();
  absl::StrAppend(&out_, number);
}

void JsonWriter::Number(double number) {
  assert(std::isfinite(number));
  if (std::abs(number) < kMaxWhole && std::round(number) == number) {
    Whole(static_cast<int64_t>(number));
    return;
  }
  BeginValue();
  std::array<char, 32> digits;  // the longest double has 24
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out_.append(digits.data(), static_cast<size_t>(end - digits.data()));
}

void JsonWriter::Bool(bool value) {
  BeginValue();
  absl::StrAppend(&out_, value ? "true" : "false");
}

void JsonWriter::Begin(char bracket) {
  BeginValue();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::End(char bracket) {
  --depth_;
  if (!first_) BreakLine();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::BeginValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) out_ += ',';
  first_ = false;
  BreakLine();
}

void JsonWriter::BreakLine() {
  out_ += '\n';
  out_.append(2 * depth_, ' ');
}

}  // namespace proxyherd::places
