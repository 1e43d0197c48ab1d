// In a pattern N is the number, S the street, U the unit, C the city, A the division, Z the
// postcode; all other characters are separators.
#include "places/place/address_format.h"

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/split.h"

namespace proxyherd::places {
namespace {

constexpr std::string_view kUsualFormat = "S N, Z C";
constexpr std::string_view kNorthAmerica = "N S U, C, A Z";
constexpr std::string_view kBritain = "N S, C Z";
constexpr std::string_view kAustralia = "N S U, C A Z";
constexpr std::string_view kFrance = "N S, Z C";

struct CountryPattern {
  std::string_view countries;
  std::string_view pattern;
};

constexpr CountryPattern kPatterns[] = {
    {"US CA PR", kNorthAmerica},
    {"AU", kAustralia},
    {"GB NZ SG HK IM JE GG MT TH", kBritain},
    {"IE ZA NG KE GH", "N S, C, Z"},
    {"IN", "N S, C, A Z"},
    {"FR LU MC TN MA DZ MY", kFrance},
    {"IT SM VA", "S, N, Z C A"},
    {"ES", "S, N, Z C"},
    {"MX", "S N, Z C, A"},
    {"BR", "S, N, C - A, Z"},
    {"RU BY KZ UA", "S, N, C, Z"},
    {"HU", "C, S N, Z"},
    {"GR", "S N, C Z"},
    {"IL", "S N, C, Z"},
};

struct Outline {
  GeoPoint low;
  GeoPoint high;
  std::string_view pattern;
};

constexpr Outline kOutlines[] = {
    {{24.4, -170}, {72, -52}, kNorthAmerica},
    {{49.9, -11}, {61, 1.8}, kBritain},
    {{-44, 112}, {-10, 154}, kAustralia},
    {{-48, 166}, {-34, 179}, kBritain},
};

std::string_view PartFor(char letter, const AddressParts& parts) {
  switch (letter) {
    case 'N':
      return parts.street.empty() ? "" : parts.number;
    case 'S':
      return parts.street;
    case 'U':
      return parts.street.empty() ? "" : parts.unit;
    case 'C':
      return parts.city;
    case 'A':
      return parts.division;
    default:
      return parts.postcode;
  }
}

// Returns the stronger of two adjacent separators: a comma before a dash, a dash before a space.
std::string_view Stronger(std::string_view a, std::string_view b) {
  if (a.find(',') != std::string_view::npos) return a;
  if (b.find(',') != std::string_view::npos) return b;
  return a.size() < b.size() ? b : a;
}

}  // namespace

std::string_view AddressPattern(std::string_view country_code) {
  for (const CountryPattern& one : kPatterns) {
    for (const std::string_view code : Split(one.countries, ' ')) {
      if (code == country_code) return one.pattern;
    }
  }
  return kUsualFormat;
}

std::string_view AddressPatternAt(const GeoPoint& location) {
  for (const Outline& outline : kOutlines) {
    if (outline.low.latitude <= location.latitude && location.latitude <= outline.high.latitude &&
        outline.low.longitude <= location.longitude &&
        location.longitude <= outline.high.longitude) {
      return outline.pattern;
    }
  }
  return kUsualFormat;
}

std::string FormatAddress(std::string_view pattern, const AddressParts& parts) {
  constexpr std::string_view kLetters = "NSUCAZ";
  std::string text;
  std::string_view between;
  for (size_t at = 0; at < pattern.size();) {
    size_t letter = pattern.find_first_of(kLetters, at);
    if (letter == std::string_view::npos) break;
    between = Stronger(between, pattern.substr(at, letter - at));
    const std::string_view part = PartFor(pattern[letter], parts);
    at = letter + 1;
    if (part.empty()) continue;
    absl::StrAppend(&text, ToAbsl(text.empty() ? "" : between), ToAbsl(part));
    between = {};
  }
  return text;
}

}  // namespace proxyherd::places
