#include "tools/herdctl/ask/option_values.h"

#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd::tools {
namespace {

// The limit in peer.proto.
constexpr double kMaxRadiusM = 20'040'000;

// Reads decimal digits with an optional fraction, and nothing else that SimpleAtod would accept.
std::optional<double> ReadDecimal(std::string_view text) {
  double value = 0;
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos ||
      !absl::SimpleAtod(ToAbsl(text), &value) || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

// Reads a signed decimal number of degrees; SimpleAtod alone would also accept "+inf" and "+1e9".
std::optional<double> ReadDegrees(std::string_view text, double max) {
  const bool south_or_west = text.starts_with("-");
  if (!south_or_west && !text.starts_with("+")) return std::nullopt;
  const std::optional<double> degrees = ReadDecimal(text.substr(1));
  if (!degrees.has_value() || *degrees > max) return std::nullopt;
  return south_or_west ? -*degrees : *degrees;
}

std::optional<double> ReadRadius(std::string_view text) {
  double unit_m = 1;
  if (ConsumeSuffix(&text, "km")) {
    constexpr double kKilometre = 1000;
    unit_m = kKilometre;
  } else if (!ConsumeSuffix(&text, "m")) {
    return std::nullopt;
  }
  const std::optional<double> radius = ReadDecimal(text);
  if (!radius.has_value() || *radius <= 0 || *radius * unit_m > kMaxRadiusM) return std::nullopt;
  return *radius * unit_m;
}

}  // namespace

absl::StatusOr<int> ReadCount(std::string_view text, int min, int max) {
  int count = 0;
  if (!absl::SimpleAtoi(ToAbsl(text), &count) || count < min || count > max) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", ToAbsl(text), "' is not a whole number from ", min, " to ", max));
  }
  return count;
}

absl::StatusOr<double> ReadSeconds(std::string_view text, double min, double max) {
  const std::optional<double> seconds = ReadDecimal(text);
  if (!seconds.has_value() || *seconds < min || *seconds > max) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", ToAbsl(text), "' is not a number of seconds from ", min, " to ", max));
  }
  return *seconds;
}

absl::StatusOr<int64_t> ReadLifetimeSeconds(std::string_view text, int64_t min, int64_t max) {
  std::string_view digits = text;
  int64_t unit_s = 1;
  if (ConsumeSuffix(&digits, "m")) {
    unit_s = 60;
  } else if (ConsumeSuffix(&digits, "h")) {
    unit_s = 3600;
  } else if (ConsumeSuffix(&digits, "d")) {
    unit_s = 86400;
  } else {
    ConsumeSuffix(&digits, "s");
  }
  int64_t count = 0;
  if (!absl::SimpleAtoi(ToAbsl(digits), &count) || count < 0 || count > max / unit_s ||
      count * unit_s < min) {
    return absl::InvalidArgumentError(absl::StrCat("'", ToAbsl(text), "' is not a time from ", min,
                                                   " to ", max,
                                                   " seconds, e.g. 90, 30m, 2h or 1d"));
  }
  return count * unit_s;
}

absl::StatusOr<WatchedArea> ReadArea(std::string_view text) {
  const absl::Status error = absl::InvalidArgumentError(
      absl::StrCat("'", ToAbsl(text), "' is not a place and radius, e.g. +34.0689-118.4451,10km"));
  const size_t comma = text.find(',');
  const size_t second_sign = text.find_first_of("+-", 1);
  if (comma == std::string_view::npos || second_sign >= comma) return error;
  const auto latitude = ReadDegrees(text.substr(0, second_sign), 90);
  const auto longitude = ReadDegrees(text.substr(second_sign, comma - second_sign), 180);
  const auto radius_m = ReadRadius(text.substr(comma + 1));
  if (!latitude.has_value() || !longitude.has_value() || !radius_m.has_value()) return error;
  return WatchedArea{*latitude, *longitude, *radius_m};
}

}  // namespace proxyherd::tools
