#include "gateway/protocol/command.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <optional>

#include "base/text_scan.h"
#include "core/exact_time.h"
#include "core/iso6709.h"

namespace proxyherd::gateway {
namespace {

constexpr size_t kFields = 4;     // of both commands
constexpr int kMaxRadiusKm = 50;  // the limit of Google's Places API
constexpr int kMaxPlaces = 20;    // also Google's limit
constexpr double kMetersPerKilometer = 1000;

// The first fields of a line, and the number of its fields: kFields + 1 if it has more.
struct Fields {
  std::array<std::string_view, kFields> at;
  size_t count = 0;
};

Fields Split(std::string_view line) {
  Fields fields;
  const char* at = line.data();
  const char* const end = at + line.size();
  while (true) {
    while (at != end && IsWhiteSpace(*at)) ++at;
    if (at == end) return fields;
    if (fields.count == kFields) break;
    const char* const begin = at;
    at = FieldEnd(begin, end);
    fields.at[fields.count++] = std::string_view(begin, static_cast<size_t>(at - begin));
  }
  ++fields.count;
  return fields;
}

Verb VerbOf(std::string_view text) {
  if (text == "IAMAT") return Verb::kIamat;
  if (text == "WHATSAT") return Verb::kWhatsat;
  return Verb::kOther;
}

// REQUIRES: `decimal` is an unsigned decimal number. A value too small for a double becomes 0.
double ToDouble(std::string_view decimal) {
  assert(!decimal.empty() && IsDigit(decimal.front()));
  double value = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), value, std::chars_format::fixed);
  return value;
}

std::optional<double> ParseRadiusMeters(std::string_view text) {
  if (!IsDecimalUpTo(text, kMaxRadiusKm)) return std::nullopt;
  return ToDouble(text) * kMetersPerKilometer;
}

std::optional<int> ParseBound(std::string_view text) {
  if (!IsDecimalUpTo(text, kMaxPlaces)) return std::nullopt;
  if (text.find('.') != std::string_view::npos) return std::nullopt;
  int bound = 0;
  std::from_chars(text.data(), text.data() + text.size(), bound);
  return bound;
}

Command ParseIamat(const Fields& fields) {
  const std::optional<int64_t> time_ns = ParseTimeNs(fields.at[3]);
  if (!time_ns.has_value()) return InvalidCommand{Verb::kIamat};
  return Iamat{{fields.at[1], fields.at[2], fields.at[3]}, *time_ns};
}

Command ParseWhatsat(const Fields& fields) {
  const std::optional<double> radius_m = ParseRadiusMeters(fields.at[2]);
  const std::optional<int> bound = ParseBound(fields.at[3]);
  if (!radius_m.has_value() || !bound.has_value()) return InvalidCommand{Verb::kWhatsat};
  return Whatsat{fields.at[1], *radius_m, *bound};
}

}  // namespace

Command ParseCommand(std::string_view line) {
  const Fields fields = Split(line);
  const Verb verb = VerbOf(fields.at[0]);
  if (verb == Verb::kOther || fields.count != kFields) return InvalidCommand{verb};
  return verb == Verb::kIamat ? ParseIamat(fields) : ParseWhatsat(fields);
}

}  // namespace proxyherd::gateway
