#include "page/frame.h"

#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/json_text.h"

namespace proxyherd::page {
namespace {

// Appends degrees in the shortest form: 34.05, -118, 0.
void AppendDegrees(double degrees, std::string& out) {
  constexpr int64_t kScale = 1'000'000;
  int64_t scaled = std::llround(degrees * kScale);
  if (scaled < 0) out += '-';
  scaled = std::abs(scaled);
  absl::StrAppend(&out, scaled / kScale);
  if (scaled % kScale == 0) return;
  std::string digits = std::to_string(kScale + scaled % kScale).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  absl::StrAppend(&out, ".", digits);
}

}  // namespace

void AppendString(std::string_view text, std::string& out) {
  std::string inside;
  AppendJsonText(text, inside);
  out += '"';
  for (const char c : inside) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  out += '"';
}

void AppendPoint(Coordinates at, std::string& out) {
  out += '[';
  AppendDegrees(at.latitude, out);
  out += ',';
  AppendDegrees(at.longitude, out);
  out += ']';
}

}  // namespace proxyherd::page
