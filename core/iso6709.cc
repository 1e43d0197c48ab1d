#include "core/iso6709.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <numbers>

#include "base/text_scan.h"

namespace proxyherd {
namespace {

constexpr int kMaxLatitude = 90;
constexpr int kMaxLongitude = 180;
constexpr double kEarthRadiusMeters = 6'371'008.8;

constexpr ptrdiff_t kLimitDigits = 3;

bool IsSign(char c) { return c == '+' || c == '-'; }

// The end of the unsigned decimal number that begins at `at`; nullptr if there is none, or it is
// greater than the limit.
const char* DecimalEnd(const char* at, const char* end, int limit) {
  Digits whole = ReadDigits(at, end);
  if (whole.end == at) return nullptr;
  if (whole.end - at > kLimitDigits) {
    while (whole.end - at > kLimitDigits && *at == '0') ++at;
    if (whole.end - at > kLimitDigits) return nullptr;
    whole = ReadDigits(at, whole.end);
  }
  const auto max_whole = static_cast<uint64_t>(limit);
  if (whole.value > max_whole) return nullptr;
  if (whole.end == end || *whole.end != '.') return whole.end;
  const char* const fraction = whole.end + 1;
  const char* const fraction_end = ReadDigits(fraction, end).end;
  if (fraction_end == fraction) return nullptr;
  if (whole.value < max_whole) return fraction_end;
  const bool is_limit = std::all_of(fraction, fraction_end, [](char c) { return c == '0'; });
  return is_limit ? fraction_end : nullptr;
}

// The same for a number with a sign.
const char* SignedDecimalEnd(const char* at, const char* end, int limit) {
  return at != end && IsSign(*at) ? DecimalEnd(at + 1, end, limit) : nullptr;
}

double ToDouble(std::string_view text) {
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return negative ? -value : value;
}

}  // namespace

bool IsDecimalUpTo(std::string_view text, int limit) {
  assert(limit >= 0 && limit <= 999);
  const char* const end = text.data() + text.size();
  return DecimalEnd(text.data(), end, limit) == end && !text.empty();
}

bool IsLocation(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* const longitude = SignedDecimalEnd(text.data(), end, kMaxLatitude);
  return longitude != nullptr && SignedDecimalEnd(longitude, end, kMaxLongitude) == end;
}

std::optional<Coordinates> ParseLocation(std::string_view text) {
  if (!IsLocation(text)) return std::nullopt;
  const size_t longitude = text.find_first_of("+-", 1);
  return Coordinates{ToDouble(text.substr(0, longitude)), ToDouble(text.substr(longitude))};
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
