#include "places/osm/osm_address.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "places/place/address_format.h"
#include "places/place/countries.h"

namespace proxyherd::places {
namespace {

constexpr std::string_view kTags[] = {"addr:housenumber", "addr:street",   "addr:place",
                                      "addr:unit",        "addr:suburb",   "addr:city",
                                      "addr:county",      "addr:state",    "addr:province",
                                      "addr:country",     "addr:postcode", "addr:full"};

std::string_view FirstText(std::string_view a, std::string_view b) { return a.empty() ? b : a; }

// The country, as far as the tag identifies one.
struct TaggedCountry {
  std::string_view code;  // ISO 3166-1; empty if unknown
  std::string_view name;
  std::string_view address_name;
};

bool IsCode(std::string_view text) {
  return text.size() == 2 && absl::ascii_isupper(static_cast<unsigned char>(text[0])) &&
         absl::ascii_isupper(static_cast<unsigned char>(text[1]));
}

TaggedCountry ReadCountry(std::string_view text) {
  if (const Country* country = FindCountry(text); country != nullptr) {
    return {country->code, country->name, country->address_name};
  }
  return {IsCode(text) ? text : "", text, text};
}

// Turns "4" into "#4", as Google writes it; leaves "Suite 4" unchanged.
std::string UnitText(std::string_view unit) {
  const bool bare = !unit.empty() && absl::ascii_isdigit(static_cast<unsigned char>(unit.front()));
  return absl::StrCat(bare ? "#" : "", ToAbsl(unit));
}

PostalAddress MakePostal(std::string_view pattern, const AddressParts& parts,
                         std::string_view suburb, std::string_view country_code) {
  PostalAddress postal;
  if (country_code.empty()) return postal;
  AddressParts line = parts;
  line.city = line.division = line.postcode = {};
  std::string text = FormatAddress(pattern, line);
  if (text.empty() && parts.city.empty() && parts.postcode.empty()) return postal;
  postal.region_code = country_code;
  postal.postal_code = parts.postcode;
  postal.administrative_area = parts.division;
  postal.locality = parts.city;
  postal.sublocality = suburb;
  if (!text.empty()) postal.lines.push_back(std::move(text));
  return postal;
}

}  // namespace

OsmAddress ReadOsmAddress(absl::Span<const OsmTag> tags, const GeoPoint& location,
                          std::string_view region) {
  const auto text = [tags](std::string_view key) {
    return FromAbsl(absl::StripAsciiWhitespace(ToAbsl(FindOsmTag(tags, key))));
  };
  const TaggedCountry country = ReadCountry(text("addr:country"));
  const std::string_view suburb = text("addr:suburb");
  const std::string_view state = FirstText(text("addr:state"), text("addr:province"));
  const std::string_view pattern =
      country.name.empty() ? AddressPatternAt(location) : AddressPattern(country.code);
  // "CA" without a country means California only in the United States.
  const std::string_view divided =
      country.name.empty() && pattern == AddressPattern("US") ? "US" : country.code;
  const CountryDivision* known = FindDivision(divided, state);
  const std::string unit = UnitText(text("addr:unit"));

  AddressParts parts;
  parts.number = text("addr:housenumber");
  parts.street = FirstText(text("addr:street"), text("addr:place"));
  parts.unit = unit;
  parts.city = text("addr:city");
  parts.division = known == nullptr ? state : known->short_name;
  parts.postcode = text("addr:postcode");

  OsmAddress address;
  const auto add = [&address](std::string_view long_text, std::string_view short_text,
                              std::vector<std::string_view> types) {
    if (!long_text.empty()) address.components.push_back({long_text, short_text, std::move(types)});
  };
  const auto add_same = [&add](std::string_view part, std::vector<std::string_view> types) {
    add(part, part, std::move(types));
  };
  add_same(text("addr:unit"), {"subpremise"});
  add_same(parts.number, {"street_number"});
  add_same(parts.street, {"route"});
  add_same(suburb, {"sublocality_level_1", "sublocality", "political"});
  add_same(parts.city, {"locality", "political"});
  add_same(text("addr:county"), {"administrative_area_level_2", "political"});
  add(known == nullptr ? state : known->name, parts.division,
      {"administrative_area_level_1", "political"});
  add(country.name, FirstText(country.code, country.name), {"country", "political"});
  add_same(parts.postcode, {"postal_code"});

  address.postal = MakePostal(pattern, parts, suburb, country.code);
  address.formatted = FormatAddress(pattern, parts);
  const bool foreign =
      region.empty() || !absl::EqualsIgnoreCase(ToAbsl(region), ToAbsl(country.code));
  if (foreign && !country.name.empty()) {
    absl::StrAppend(&address.formatted, address.formatted.empty() ? "" : ", ",
                    ToAbsl(country.address_name));
  }
  if (const std::string_view full = text("addr:full"); !full.empty()) {
    address.formatted = std::string(full);
  }
  parts.division = parts.postcode = {};
  address.short_formatted = FormatAddress(pattern, parts);
  return address;
}

bool IsOsmAddressTag(std::string_view key) {
  return std::find(std::begin(kTags), std::end(kTags), key) != std::end(kTags);
}

}  // namespace proxyherd::places
