#include "page/requests.h"

#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/absl_strings.h"
#include "base/split.h"

namespace proxyherd::page {
namespace {

// Maximum length of a number; more digits would add no precision.
constexpr size_t kMaxNumberBytes = 32;
constexpr double kMaxSpotRadiusM = 50'000;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> Decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[i + 1]);
    const int low = HexDigit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// Returns N numbers separated by commas; nullopt if the text is anything else.
template <size_t N>
std::optional<std::array<double, N>> Numbers(std::string_view text) {
  const std::vector<std::string_view> parts = Split(text, ',');
  if (parts.size() != N) return std::nullopt;
  std::array<double, N> numbers{};
  for (size_t i = 0; i < N; ++i) {
    const bool plain = !parts[i].empty() && parts[i].size() <= kMaxNumberBytes &&
                       parts[i].find_first_not_of("-.0123456789") == std::string_view::npos;
    if (!plain || !absl::SimpleAtod(ToAbsl(parts[i]), &numbers[i])) return std::nullopt;
  }
  return numbers;
}

}  // namespace

std::optional<std::string> QueryValue(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > name.size() && pair[name.size()] == '=' &&
        pair.substr(0, name.size()) == name) {
      return Decoded(pair.substr(name.size() + 1));
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return std::nullopt;
}

std::optional<MapQuestion> ReadMapQuestion(std::string_view query) {
  const auto box = QueryValue(query, "box");
  const auto level = QueryValue(query, "level");
  if (!box.has_value() || !level.has_value()) return std::nullopt;
  const auto numbers = Numbers<4>(*box);
  MapQuestion question;
  if (!numbers.has_value() || level->size() > 2 || !absl::SimpleAtoi(*level, &question.level) ||
      question.level < 0 || question.level > kMaxGridLevel) {
    return std::nullopt;
  }
  const auto& [west, south, east, north] = *numbers;
  if (west > east || south > north) return std::nullopt;
  question.box = {west, south, east, north};
  return question;
}

std::optional<SpotQuestion> ReadSpotQuestion(std::string_view query) {
  const auto at = QueryValue(query, "at");
  const auto radius = QueryValue(query, "radius");
  if (!at.has_value() || !radius.has_value()) return std::nullopt;
  const auto place = Numbers<2>(*at);
  const auto metres = Numbers<1>(*radius);
  if (!place.has_value() || !metres.has_value()) return std::nullopt;
  const SpotQuestion question{{(*place)[0], (*place)[1]}, (*metres)[0]};
  const bool in_range = question.at.latitude >= -90 && question.at.latitude <= 90 &&
                        question.at.longitude >= -180 && question.at.longitude <= 180 &&
                        question.radius_m > 0 && question.radius_m <= kMaxSpotRadiusM;
  return in_range ? std::optional(question) : std::nullopt;
}

bool IsConsoleLine(std::string_view body) {
  if (body.size() > kMaxConsoleLineBytes || body.find_first_of("\r\n") != std::string_view::npos) {
    return false;
  }
  const size_t begin = body.find_first_not_of(" \t\v\f");
  if (begin == std::string_view::npos) return false;
  const std::string_view rest = body.substr(begin);
  const std::string_view verb = rest.substr(0, rest.find_first_of(" \t\v\f"));
  return verb == "IAMAT" || verb == "WHATSAT";
}

}  // namespace proxyherd::page
