// Reading of locations, and the distance between them.
#include "core/iso6709.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

namespace proxyherd {
namespace {

constexpr int kMaxLatitude = 90;
constexpr int kMaxLongitude = 180;
constexpr double kEarthRadiusMeters = 6'371'008.8;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSign(char c) { return c == '+' || c == '-'; }

// Splits "+LAT-LON" at the second sign; the parts keep their signs. Empty parts when there is none.
struct Parts {
  std::string_view latitude;
  std::string_view longitude;
};

Parts Split(std::string_view text) {
  if (text.empty() || !IsSign(text[0])) return {};
  const size_t second = text.find_first_of("+-", 1);
  if (second == std::string_view::npos) return {};
  return {text.substr(0, second), text.substr(second)};
}

bool IsSignedDecimalWithin(std::string_view text, int limit) {
  return !text.empty() && IsUnsignedDecimal(text.substr(1)) && IsAtMost(text.substr(1), limit);
}

double ToDouble(std::string_view text) {
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return negative ? -value : value;
}

}  // namespace

bool IsUnsignedDecimal(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && IsDigit(text[at])) ++at;
  if (at == 0) return false;
  if (at == text.size()) return true;
  if (text[at] != '.' || ++at == text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), IsDigit);
}

bool IsAtMost(std::string_view text, int limit) {
  size_t at = 0;
  int whole = 0;
  for (; at < text.size() && text[at] != '.'; ++at) {
    whole = whole * 10 + (text[at] - '0');
    if (whole > limit) return false;
  }
  if (whole < limit) return true;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                     [](char c) { return c == '.' || c == '0'; });
}

bool IsLocation(std::string_view text) {
  const Parts parts = Split(text);
  return IsSignedDecimalWithin(parts.latitude, kMaxLatitude) &&
         IsSignedDecimalWithin(parts.longitude, kMaxLongitude);
}

std::optional<Coordinates> ParseLocation(std::string_view text) {
  if (!IsLocation(text)) return std::nullopt;
  const Parts parts = Split(text);
  return Coordinates{ToDouble(parts.latitude), ToDouble(parts.longitude)};
}

double DistanceMeters(Coordinates from, Coordinates to) {
  const auto radians = [](double degrees) { return degrees * (std::numbers::pi / 180); };
  const double half_latitude = std::sin(radians(to.latitude - from.latitude) / 2);
  const double half_longitude = std::sin(radians(to.longitude - from.longitude) / 2);
  const double square = half_latitude * half_latitude + std::cos(radians(from.latitude)) *
                                                            std::cos(radians(to.latitude)) *
                                                            half_longitude * half_longitude;
  return 2 * kEarthRadiusMeters * std::asin(std::sqrt(std::min(1.0, square)));
}

}  // namespace proxyherd
