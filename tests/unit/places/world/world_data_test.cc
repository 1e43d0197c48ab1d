// Tests the format of the world data, and how its rows become places.
#include "places/world/world_data.h"

#include <gtest/gtest.h>

#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/absl_strings.h"
#include "places/place/place_json.h"

namespace proxyherd::places {
namespace {

constexpr char kHead[] = "proxyherd-world\t1\n";
constexpr char kTable[] =
    "C\tUS\tUnited States\tUSA\n"
    "C\tSG\tSingapore\tSingapore\n"
    "R\tUS\tCalifornia\tCA\n";
constexpr char kQuarter[] =
    "T\t5408522\t34.05612\t-118.43063\tx\tUS\t0\tWestwood\t2019\tAmerica/Los_Angeles\n";
constexpr char kCity[] =
    "T\t1880252\t1.28967\t103.85007\tp\tSG\t\tSingapore\t3547809\tAsia/Singapore\n";

WorldData Parse(const std::string& rows) {
  absl::StatusOr<WorldData> data = WorldData::Parse(absl::StrCat(kHead, kTable, rows));
  EXPECT_TRUE(data.ok()) << data.status();
  return *std::move(data);
}

std::vector<Place> Nearest(const WorldData& data, const GeoPoint& center, double radius_m,
                           int limit) {
  return data.Search({center.latitude, center.longitude, radius_m, limit});
}

Place Only(const std::string& row) {
  const WorldData data = Parse(row);
  const std::vector<Place> places = Nearest(data, {0, 0}, 3e7, 20);
  EXPECT_EQ(places.size(), 1U);
  // The place's strings live in `data`: only copies outlive it.
  Place place = places.at(0);
  place.name = place.primary_type;
  return place;
}

TEST(WorldDataTest, AQuarterIsPrintedAsGooglePrints) {
  const WorldData data = Parse(kQuarter);
  EXPECT_EQ(RenderPlaces(Nearest(data, {34.0689, -118.4451}, 5000, 20)), R"({
  "places": [
    {
      "name": "places/geonames_5408522",
      "id": "geonames_5408522",
      "types": [
        "neighborhood",
        "political"
      ],
      "formattedAddress": "Westwood, California, USA",
      "addressComponents": [
        {
          "longText": "Westwood",
          "shortText": "Westwood",
          "types": [
            "neighborhood",
            "political"
          ]
        },
        {
          "longText": "California",
          "shortText": "CA",
          "types": [
            "administrative_area_level_1",
            "political"
          ]
        },
        {
          "longText": "United States",
          "shortText": "US",
          "types": [
            "country",
            "political"
          ]
        }
      ],
      "plusCode": {
        "globalCode": "85633H49+CP"
      },
      "location": {
        "latitude": 34.05612,
        "longitude": -118.43063
      },
      "viewport": {
        "low": {
          "latitude": 34.0516267,
          "longitude": -118.4351233
        },
        "high": {
          "latitude": 34.0606133,
          "longitude": -118.4261367
        }
      },
      "attributions": [
        {
          "provider": "GeoNames",
          "providerUri": "https://www.geonames.org"
        }
      ],
      "displayName": {
        "text": "Westwood"
      },
      "primaryType": "neighborhood",
      "timeZone": {
        "id": "America/Los_Angeles"
      }
    }
  ]
})");
}

TEST(WorldDataTest, AnAddressDoesNotRepeatItself) {
  EXPECT_EQ(Only(kCity).formatted_address, "Singapore");
}

TEST(WorldDataTest, EveryKindOfAirfieldHasItsTypes) {
  const std::pair<char, std::vector<std::string_view>> table[] = {
      {'i', {"international_airport", "airport", "point_of_interest", "establishment"}},
      {'a', {"airport", "point_of_interest", "establishment"}},
      {'s', {"airstrip", "airport", "point_of_interest", "establishment"}},
      {'h', {"heliport", "point_of_interest", "establishment"}}};
  for (const auto& [kind, types] : table) {
    const WorldData data = Parse(absl::StrCat("A\tKX-1\t34\t-118\t", std::string(1, kind),
                                              "\tUS\t0\tA Field\tLos Angeles\n"));
    const std::vector<Place> places = Nearest(data, {34, -118}, 1, 1);
    ASSERT_EQ(places.size(), 1U);
    EXPECT_EQ(places[0].types, types);
    EXPECT_EQ(places[0].primary_type, types[0]);
    EXPECT_EQ(places[0].id, "airport_KX-1");
    EXPECT_EQ(places[0].name, "A Field");
    EXPECT_EQ(places[0].formatted_address, "Los Angeles, California, USA");
    EXPECT_EQ(places[0].business_status, "OPERATIONAL");
    EXPECT_EQ(places[0].attribution_name, "OurAirports");
  }
}

TEST(WorldDataTest, AnAirfieldWithoutACityOrDivisionKeepsItsCountry) {
  EXPECT_EQ(Only("A\tX\t1\t2\ta\tUS\t\tField\t\n").formatted_address, "USA");
}

TEST(WorldDataTest, NearestComesFirstAndTheLimitHolds) {
  std::string rows;
  for (const int i : {5, 3, 9, 1, 7}) {
    absl::StrAppend(&rows, "A\tF", i, "\t0\t0.", i, "\ta\tUS\t\tField\t\n");
  }
  const WorldData data = Parse(rows);
  EXPECT_EQ(data.size(), 5U);
  std::string ids;
  for (const Place& place : Nearest(data, {0, 0}, 80'000, 3)) absl::StrAppend(&ids, place.id, " ");
  EXPECT_EQ(ids, "airport_F1 airport_F3 airport_F5 ");
}

class RankedWorldTest : public testing::Test {
 protected:
  // Each is farther from {0, 0} than the one before.
  const WorldData data_ = Parse(
      "A\tH\t0\t0.01\th\tUS\t0\tRoof\tSmall\n"
      "T\t1\t0\t0.02\tp\tUS\t0\tSmall\t6000\tZ\n"
      "T\t2\t0\t0.03\tx\tUS\t0\tQuarter\t6000\tZ\n"
      "A\tI\t0\t0.04\ti\tUS\t0\tGreat Field\tLarge\n"
      "T\t3\t0\t0.05\tp\tUS\t0\tLarge\t1000000\tZ\n"
      "A\tA\t0\t0.06\ta\tUS\t0\tField\t\n");

  std::string Names(const TypeFilter& types, Rank rank = Rank::kDistance, int limit = 20) const {
    SearchRequest request{0, 0, 50'000, limit};
    request.types = types;
    request.rank = rank;
    std::vector<std::string_view> names;
    for (const Place& place : data_.Search(request)) names.push_back(place.name);
    return absl::StrJoin(names, ", ", TextFormatter());
  }
};

TEST_F(RankedWorldTest, OnlyTheTypesAskedForAreFound) {
  const std::pair<TypeFilter, std::string> table[] = {
      {{}, "Roof, Small, Quarter, Great Field, Large, Field"},
      {{.included = {"locality"}}, "Small, Large"},
      {{.included = {"airport"}}, "Great Field, Field"},
      {{.included = {"heliport", "locality"}}, "Roof, Small, Large"},
      {{.excluded = {"locality"}}, "Roof, Quarter, Great Field, Field"},
      {{.included_primary = {"airport"}}, "Great Field, Field"},
      {{.included = {"airport"}, .excluded_primary = {"international_airport"}}, "Field"},
      {{.included = {"cafe"}}, ""}};
  for (const auto& [types, names] : table) EXPECT_EQ(Names(types), names);
}

TEST_F(RankedWorldTest, TheLimitCountsOnlyWhatIsWanted) {
  EXPECT_EQ(Names({.included = {"airport"}}, Rank::kDistance, 1), "Great Field");
}

TEST_F(RankedWorldTest, ByPopularityTheGreatestComeFirstAndOfEqualsTheNearest) {
  EXPECT_EQ(Names({}, Rank::kPopularity), "Large, Great Field, Small, Quarter, Field, Roof");
  EXPECT_EQ(Names({}, Rank::kPopularity, 2), "Large, Great Field");
  EXPECT_EQ(Names({.excluded = {"locality"}}, Rank::kPopularity, 2), "Great Field, Quarter");
}

TEST_F(RankedWorldTest, AnAddressLeavesOutTheCountryOfTheAsker) {
  SearchRequest request{0, 0.05, 1, 1};
  for (const auto& [region, address] :
       {std::pair("", "Large, California, USA"), std::pair("SG", "Large, California, USA"),
        std::pair("US", "Large, California"), std::pair("us", "Large, California")}) {
    request.region = region;
    ASSERT_EQ(data_.Search(request).size(), 1U);
    EXPECT_EQ(data_.Search(request)[0].formatted_address, address) << region;
    // The parts of the address still contain it.
    EXPECT_EQ(data_.Search(request)[0].address.back().short_text, "US");
  }
}

TEST_F(RankedWorldTest, AnyLanguageIsTaken) {
  SearchRequest request{0, 0.05, 1, 1};
  request.language = "de";
  ASSERT_EQ(data_.Search(request).size(), 1U);
  EXPECT_EQ(data_.Search(request)[0].name, "Large");
}

TEST(WorldDataTest, DamageIsNamedByLine) {
  const std::string four_lines = absl::StrCat(kHead, kTable);
  const std::pair<std::string, std::string> table[] = {
      {"", "world data: empty"},
      {"nonsense\n", "line 1: it does not start with"},
      {absl::StrCat(four_lines, "X\t1\n"), "line 5: unknown kind of line"},
      {absl::StrCat(four_lines, "T\t1\t2\n"), "line 5: unknown kind of line"},
      {absl::StrCat(four_lines, "\n"), "line 5: unknown kind of line"},
      {absl::StrCat(four_lines, "A\tX\tnorth\t0\ta\tUS\t\tN\t\n"), "line 5: no coordinates"},
      {absl::StrCat(four_lines, "A\tX\tnan\t0\ta\tUS\t\tN\t\n"), "line 5: no coordinates"},
      {absl::StrCat(four_lines, "A\tX\t91\t0\ta\tUS\t\tN\t\n"), "line 5: no coordinates"},
      {absl::StrCat(four_lines, "A\tX\t0\t181\ta\tUS\t\tN\t\n"), "line 5: no coordinates"},
      {absl::StrCat(four_lines, "A\tX\t0\t0\ta\tZZ\t\tN\t\n"), "line 5: unknown country"},
      {absl::StrCat(four_lines, "A\tX\t0\t0\ta\tUS\t1\tN\t\n"), "line 5: unknown division"},
      {absl::StrCat(four_lines, "A\tX\t0\t0\ta\tUS\t-1\tN\t\n"), "line 5: unknown division"},
      {absl::StrCat(four_lines, "A\tX\t0\t0\t\tUS\t\tN\t\n"), "line 5: no kind of place"},
      {absl::StrCat(four_lines, "T\t1\t0\t0\tp\tUS\t\tN\tmany\tZ\n"), "line 5: no population"}};
  for (const auto& [text, message] : table) {
    const absl::Status status = WorldData::Parse(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << message;
    EXPECT_NE(status.message().find(message), std::string_view::npos) << status;
  }
}

}  // namespace
}  // namespace proxyherd::places
