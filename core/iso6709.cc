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

// Reads the digits before the point, including any leading zeros. The result is empty (`end` equals
// `at`) if there are no digits, or more than kLimitDigits after the leading zeros.
Digits WholeDigits(const char* at, const char* end) {
  Digits whole{.end = at, .value = 0};
  for (; whole.end != end && whole.end - at < kLimitDigits && IsDigit(*whole.end); ++whole.end) {
    whole.value = whole.value * 10 + static_cast<uint64_t>(*whole.end - '0');
  }
  if (whole.end == end || !IsDigit(*whole.end)) return whole;
  const char* const long_end = DigitsEnd(whole.end, end);
  const char* first = at;
  while (long_end - first > kLimitDigits && *first == '0') ++first;
  if (long_end - first > kLimitDigits) return {.end = at, .value = 0};
  return ReadDigits(first, long_end);
}

// Returns the end of the unsigned decimal number that begins at `at`; nullptr if it is malformed or
// greater than the limit.
const char* DecimalEnd(const char* at, const char* end, int limit) {
  const Digits whole = WholeDigits(at, end);
  if (whole.end == at) return nullptr;
  const auto max = static_cast<uint64_t>(limit);
  if (whole.value > max) return nullptr;
  if (whole.end == end || *whole.end != '.') return whole.end;
  const char* const fraction = whole.end + 1;
  const char* const fraction_end = DigitsEnd(fraction, end);
  if (fraction_end == fraction) return nullptr;
  if (whole.value < max) return fraction_end;
  const bool is_limit = std::all_of(fraction, fraction_end, [](char c) { return c == '0'; });
  return is_limit ? fraction_end : nullptr;
}

// The same for a number with a sign, which is required.
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
