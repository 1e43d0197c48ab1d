// Tests addresses as they are tagged, and as they are written.
#include "places/osm/osm_address.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/absl_strings.h"
#include "places/place/address_format.h"
#include "places/place/countries.h"

namespace proxyherd::places {
namespace {

constexpr GeoPoint kMunich{48.13, 11.57};
constexpr GeoPoint kLosAngeles{34.07, -118.44};
constexpr GeoPoint kLondon{51.5, -0.12};

// The parts of an address by short names, in the order of this list.
struct Parts {
  std::string number, street, city, state, postcode, country;
};

std::vector<OsmTag> ToTags(const Parts& parts) {
  const std::vector<OsmTag> all = {
      {"addr:housenumber", parts.number}, {"addr:street", parts.street},
      {"addr:city", parts.city},          {"addr:state", parts.state},
      {"addr:postcode", parts.postcode},  {"addr:country", parts.country}};
  std::vector<OsmTag> tags;
  for (const OsmTag& tag : all) {
    if (!tag.value.empty()) tags.push_back(tag);
  }
  return tags;
}

std::string Formatted(const Parts& parts, const GeoPoint& location = kMunich,
                      std::string_view region = "") {
  return ReadOsmAddress(ToTags(parts), location, region).formatted;
}

// "route Long|Short; ..."
std::string Components(const std::vector<OsmTag>& tags, const GeoPoint& location = kMunich) {
  const OsmAddress address = ReadOsmAddress(tags, location, "");
  return absl::StrJoin(address.components, "; ", [](std::string* out, const auto& component) {
    absl::StrAppend(out, absl::StrJoin(component.types, ",", TextFormatter()), " ",
                    ToAbsl(component.long_text), "|", ToAbsl(component.short_text));
  });
}

TEST(OsmAddressTest, EachCountryHasItsOrder) {
  const std::pair<Parts, const char*> table[] = {
      {{"520", "Portola Plaza", "Los Angeles", "CA", "90095", "US"},
       "520 Portola Plaza, Los Angeles, CA 90095, USA"},
      {{"301", "Front St W", "Toronto", "Ontario", "M5V 2T6", "CA"},
       "301 Front St W, Toronto, ON M5V 2T6, Canada"},
      {{"10", "Downing Street", "London", "", "SW1A 2AA", "GB"},
       "10 Downing Street, London SW1A 2AA, UK"},
      {{"62", "Sendlinger Straße", "München", "", "80331", "DE"},
       "Sendlinger Straße 62, 80331 München, Germany"},
      {{"5", "Stephansplatz", "Wien", "Wien", "1010", "AT"}, "Stephansplatz 5, 1010 Wien, Austria"},
      {{"2", "Bahnhofplatz", "Zürich", "", "8001", "CH"},
       "Bahnhofplatz 2, 8001 Zürich, Switzerland"},
      {{"12", "Rue de Rivoli", "Paris", "", "75001", "FR"},
       "12 Rue de Rivoli, 75001 Paris, France"},
      {{"1", "Dam", "Amsterdam", "", "1012 JS", "NL"}, "Dam 1, 1012 JS Amsterdam, Netherlands"},
      {{"3", "Via Roma", "Torino", "TO", "10123", "IT"}, "Via Roma, 3, 10123 Torino TO, Italy"},
      {{"1", "Calle Mayor", "Madrid", "", "28013", "ES"}, "Calle Mayor, 1, 28013 Madrid, Spain"},
      {{"1578", "Avenida Paulista", "São Paulo", "SP", "01310-200", "BR"},
       "Avenida Paulista, 1578, São Paulo - SP, 01310-200, Brazil"},
      {{"1578", "Avenida Paulista", "São Paulo", "", "01310-200", "BR"},
       "Avenida Paulista, 1578, São Paulo, 01310-200, Brazil"},
      {{"1", "Macquarie St", "Sydney", "NSW", "2000", "AU"},
       "1 Macquarie St, Sydney NSW 2000, Australia"},
      {{"1", "Váci utca", "Budapest", "", "1052", "HU"}, "Budapest, Váci utca 1, 1052, Hungary"},
      {{"4", "Rruga", "Tirana", "", "1001", "AL"}, "Rruga 4, 1001 Tirana, Albania"}};
  for (const auto& [parts, text] : table) EXPECT_EQ(Formatted(parts), text);
}

TEST(OsmAddressTest, WhatIsMissingTakesItsCommasAlong) {
  const std::pair<Parts, const char*> table[] = {
      {{"", "Main St", "", "", "", "US"}, "Main St, USA"},
      {{"1", "Main St", "", "CA", "", ""}, "Main St 1"},
      {{"1", "", "München", "", "80331", ""}, "80331 München"},
      {{"1", "", "", "", "", ""}, ""},
      {{"", "", "", "", "", "DE"}, "Germany"},
      {{"", "", "", "", "", ""}, ""}};
  for (const auto& [parts, text] : table) EXPECT_EQ(Formatted(parts), text);
}

TEST(OsmAddressTest, WithoutACountryThePlaceDecidesTheOrderAndNoMore) {
  const Parts parts{"1", "Main Street", "Town", "", "12345", ""};
  EXPECT_EQ(Formatted(parts, kMunich), "Main Street 1, 12345 Town");
  EXPECT_EQ(Formatted(parts, kLosAngeles), "1 Main Street, Town, 12345");
  EXPECT_EQ(Formatted(parts, kLondon), "1 Main Street, Town 12345");
  EXPECT_EQ(Formatted(parts, {-33.87, 151.2}), "1 Main Street, Town 12345");
  const OsmAddress address = ReadOsmAddress(ToTags(parts), kLosAngeles, "");
  EXPECT_TRUE(address.postal.region_code.empty());
  EXPECT_TRUE(address.postal.lines.empty());
}

TEST(OsmAddressTest, TheReadersOwnCountryIsNotWritten) {
  const Parts parts{"62", "Sendlinger Straße", "München", "", "80331", "DE"};
  EXPECT_EQ(Formatted(parts, kMunich, "de"), "Sendlinger Straße 62, 80331 München");
  EXPECT_EQ(Formatted(parts, kMunich, "AT"), "Sendlinger Straße 62, 80331 München, Germany");
}

TEST(OsmAddressTest, CountriesAreKnownByCodeAndName) {
  for (const char* country : {"DE", "de", "Germany", "GERMANY", " DE "}) {
    EXPECT_EQ(Components({{"addr:country", country}}), "country,political Germany|DE") << country;
  }
  EXPECT_EQ(Components({{"addr:country", "UK"}}), "country,political United Kingdom|GB");
  EXPECT_EQ(Components({{"addr:country", "Deutschland"}}),
            "country,political Deutschland|Deutschland");
  EXPECT_EQ(Components({{"addr:country", "QQ"}}), "country,political QQ|QQ");
}

TEST(OsmAddressTest, EveryPartIsAComponentTheMostPreciseFirst) {
  EXPECT_EQ(Components({{"addr:country", "US"},
                        {"addr:postcode", "90024"},
                        {"addr:state", "CA"},
                        {"addr:county", "Los Angeles County"},
                        {"addr:city", "Los Angeles"},
                        {"addr:suburb", "Westwood"},
                        {"addr:street", "Broxton Avenue"},
                        {"addr:housenumber", "1000"},
                        {"addr:unit", "4"}}),
            "subpremise 4|4; street_number 1000|1000; route Broxton Avenue|Broxton Avenue; "
            "sublocality_level_1,sublocality,political Westwood|Westwood; "
            "locality,political Los Angeles|Los Angeles; "
            "administrative_area_level_2,political Los Angeles County|Los Angeles County; "
            "administrative_area_level_1,political California|CA; "
            "country,political United States|US; postal_code 90024|90024");
}

TEST(OsmAddressTest, APlaceStandsForAStreetAndAProvinceForAState) {
  EXPECT_EQ(Components({{"addr:place", "Hof"}, {"addr:province", "Utrecht"}}),
            "route Hof|Hof; administrative_area_level_1,political Utrecht|Utrecht");
}

TEST(OsmAddressTest, StatesAreNamedWhereTheyAreKnown) {
  const char* long_name = "administrative_area_level_1,political California|CA";
  EXPECT_EQ(Components({{"addr:state", "CA"}}, kLosAngeles), long_name);
  EXPECT_EQ(Components({{"addr:state", "california"}}, kLosAngeles), long_name);
  EXPECT_EQ(Components({{"addr:state", "CA"}}, kMunich),
            "administrative_area_level_1,political CA|CA");
  EXPECT_EQ(Components({{"addr:state", "ON"}}, {43.6, -79.4}),
            "administrative_area_level_1,political ON|ON");
}

TEST(OsmAddressTest, AUnitFollowsTheStreet) {
  const auto formatted = [](const char* unit) {
    return ReadOsmAddress(
               {{"addr:housenumber", "1"}, {"addr:street", "Main St"}, {"addr:unit", unit}},
               kLosAngeles, "")
        .formatted;
  };
  EXPECT_EQ(formatted("4B"), "1 Main St #4B");
  EXPECT_EQ(formatted("#4"), "1 Main St #4");
  EXPECT_EQ(formatted("Suite 4"), "1 Main St Suite 4");
}

TEST(OsmAddressTest, AFullAddressIsTakenAsItIs) {
  const OsmAddress address =
      ReadOsmAddress({{"addr:full", "1, Long Lane, Hills"}, {"addr:city", "Hills"}}, kMunich, "");
  EXPECT_EQ(address.formatted, "1, Long Lane, Hills");
  EXPECT_EQ(address.short_formatted, "Hills");
}

TEST(OsmAddressTest, TheShortFormHasNoStatePostcodeAndCountry) {
  EXPECT_EQ(ReadOsmAddress(ToTags({"520", "Portola Plaza", "Los Angeles", "CA", "90095", "US"}),
                           kLosAngeles, "")
                .short_formatted,
            "520 Portola Plaza, Los Angeles");
  EXPECT_EQ(ReadOsmAddress(ToTags({"62", "Tal", "München", "", "80331", "DE"}), kMunich, "")
                .short_formatted,
            "Tal 62, München");
}

TEST(OsmAddressTest, ACountryMakesAPostalAddress) {
  const OsmAddress address = ReadOsmAddress({{"addr:housenumber", "520"},
                                             {"addr:street", "Portola Plaza"},
                                             {"addr:city", "Los Angeles"},
                                             {"addr:suburb", "Westwood"},
                                             {"addr:state", "California"},
                                             {"addr:postcode", "90095"},
                                             {"addr:country", "USA"}},
                                            kLosAngeles, "");
  EXPECT_EQ(address.postal.region_code, "US");
  EXPECT_EQ(address.postal.postal_code, "90095");
  EXPECT_EQ(address.postal.administrative_area, "CA");
  EXPECT_EQ(address.postal.locality, "Los Angeles");
  EXPECT_EQ(address.postal.sublocality, "Westwood");
  EXPECT_EQ(address.postal.lines, std::vector<std::string>{"520 Portola Plaza"});
  EXPECT_TRUE(ReadOsmAddress({{"addr:country", "US"}}, kLosAngeles, "").postal.region_code.empty());
}

TEST(CountriesTest, EveryCountryIsFoundAndNothingElse) {
  ASSERT_NE(FindCountry("FR"), nullptr);
  EXPECT_EQ(FindCountry("FR")->name, "France");
  EXPECT_EQ(FindCountry("us")->address_name, "USA");
  for (const char* text : {"", "ZZ", "Atlantis", "California"}) {
    EXPECT_EQ(FindCountry(text), nullptr) << text;
  }
  EXPECT_EQ(FindDivision("AU", "nsw")->name, "New South Wales");
  EXPECT_EQ(FindDivision("DE", "BY"), nullptr);
  EXPECT_EQ(FindDivision("", ""), nullptr);
}

}  // namespace
}  // namespace proxyherd::places
