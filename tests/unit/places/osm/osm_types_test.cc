// Tests which types tags give, with rows from the map.
#include "places/osm/osm_types.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "places/data/embedded_tables.h"

namespace proxyherd::places {
namespace {

// Parses "amenity=cafe name=X"; values may not contain spaces here.
std::vector<OsmTag> Tags(std::string_view text) {
  std::vector<OsmTag> tags;
  for (const std::string_view pair : Split(text, ' ', absl::SkipEmpty())) {
    const std::pair<std::string_view, std::string_view> halves =
        Split(pair, absl::MaxSplits('=', 1));
    tags.push_back({halves.first, halves.second});
  }
  return tags;
}

// Returns the types, the primary one first; "-" if the tags make no place.
std::string Types(std::string_view tags) {
  const std::optional<OsmTypes> types = MapOsmTypes(Tags(tags));
  if (!types.has_value()) return "-";
  EXPECT_EQ(types->primary, types->types.front()) << tags;
  return absl::StrJoin(types->types, " ", TextFormatter());
}

// Leaves out the types that every business has.
std::string BusinessTypes(std::string_view tags) {
  std::string types = Types(tags);
  const std::string_view end = " point_of_interest establishment";
  EXPECT_THAT(types, testing::EndsWith(std::string(end))) << tags;
  return types.substr(0, types.size() - std::min(types.size(), end.size()));
}

TEST(OsmTypesTest, TagsGiveTypesOfTheTable) {
  const std::pair<const char*, const char*> table[] = {
      {"amenity=restaurant", "restaurant food"},
      {"amenity=pharmacy healthcare=pharmacy", "pharmacy drugstore store health"},
      {"amenity=university building=university", "university educational_institution"},
      {"building=university name=Royce", "university"},
      {"shop=supermarket", "supermarket grocery_store food_store store food"},
      {"shop=locksmith", "store"},
      {"shop=yes", "store"},
      {"historic=wayside_cross", "historical_place"},
      {"healthcare=optometrist", "health"},
      {"tourism=artwork artwork_type=statue", "sculpture"},
      {"tourism=information", "tourist_information_center"},
      {"tourism=information information=office", "tourist_information_center"},
      {"highway=bus_stop public_transport=platform", "bus_stop transit_stop"},
      {"amenity=parking", "parking parking_lot"}};
  for (const auto& [tags, types] : table) EXPECT_EQ(BusinessTypes(tags), types) << tags;
}

TEST(OsmTypesTest, AreasAndNatureAreNoBusinesses) {
  EXPECT_EQ(Types("place=town name=X"), "locality political");
  EXPECT_EQ(Types("natural=peak"), "mountain_peak natural_feature");
}

TEST(OsmTypesTest, AnyOfficeIsAnEstablishment) {
  const std::optional<OsmTypes> types = MapOsmTypes(Tags("office=architect"));
  ASSERT_TRUE(types.has_value());
  EXPECT_EQ(types->primary, "establishment");
  EXPECT_THAT(types->types, testing::ElementsAre("point_of_interest", "establishment"));
}

TEST(OsmTypesTest, TheFirstLineOfTheTableCounts) {
  EXPECT_EQ(BusinessTypes("tourism=hotel amenity=restaurant"), "restaurant food");
  EXPECT_EQ(BusinessTypes("shop=florist amenity=cafe"), "cafe food");
}

TEST(OsmTypesTest, AnyValueCountsAfterAllExactOnes) {
  EXPECT_EQ(BusinessTypes("shop=ticket tourism=museum"), "museum tourist_attraction");
  EXPECT_EQ(BusinessTypes("historic=building craft=winery"), "winery");
  EXPECT_EQ(BusinessTypes("historic=building shop=art"), "store");
}

TEST(OsmTypesTest, OfAListTheFirstKnownValueCounts) {
  EXPECT_EQ(BusinessTypes("amenity=cafe;bar"), "cafe food");
  EXPECT_EQ(BusinessTypes("amenity=smoking_area;bar"), "bar");
  EXPECT_EQ(BusinessTypes("shop=art;books"), "book_store store");
}

TEST(OsmTypesTest, WhatIsNoPlaceHasNoTypes) {
  for (const char* tags :
       {"", "name=X", "amenity=bench", "highway=residential", "shop=no", "shop=vacant",
        "office=", "building=yes", "amenity=*", "craft=*", "disused:amenity=cafe name=X",
        "tourism=information information=guidepost", "tourism=information information=board"}) {
    EXPECT_EQ(Types(tags), "-") << tags;
  }
}

TEST(OsmTypesTest, WhatIsGoneIsNoPlace) {
  for (const char* tags :
       {"amenity=cafe disused=yes", "shop=books abandoned=yes",
        "building=apartments was:shop=bakery", "landuse=cemetery disused:amenity=grave_yard"}) {
    EXPECT_EQ(Types(tags), "-") << tags;
  }
}

TEST(OsmTypesTest, APredecessorDoesNotMatter) {
  EXPECT_EQ(BusinessTypes("shop=optician disused:shop=clothes"), "store health");
  EXPECT_EQ(BusinessTypes("amenity=bank disused=no"), "bank finance");
}

TEST(OsmTypesTest, FurtherTagsRefine) {
  const std::pair<const char*, const char*> table[] = {
      {"amenity=restaurant cuisine=italian;pizza", "italian_restaurant restaurant food"},
      {"amenity=restaurant cuisine=tex-mex", "tex_mex_restaurant restaurant food"},
      {"amenity=restaurant cuisine=regional;italian", "restaurant food"},
      {"amenity=fast_food cuisine=burger",
       "hamburger_restaurant fast_food_restaurant restaurant food"},
      {"amenity=cafe cuisine=coffee_shop", "coffee_shop cafe food"},
      {"amenity=bar cuisine=italian", "bar"},
      {"amenity=restaurant diet:vegan=only cuisine=indian",
       "vegan_restaurant indian_restaurant restaurant food"},
      {"amenity=restaurant diet:vegan=yes", "restaurant food"},
      {"amenity=cafe diet:vegetarian=only", "vegetarian_restaurant cafe food"},
      {"amenity=place_of_worship religion=christian", "church place_of_worship"},
      {"amenity=place_of_worship religion=pastafarian", "place_of_worship"},
      {"railway=station station=subway", "subway_station transit_station"},
      {"railway=station station=light_rail", "light_rail_station transit_station"},
      {"railway=station", "train_station transit_station"},
      {"amenity=parking parking=multi-storey", "parking_garage parking"},
      {"amenity=parking parking=surface", "parking_lot parking"},
      {"amenity=parking park_ride=yes", "park_and_ride parking parking_lot"},
      {"amenity=parking park_ride=no", "parking parking_lot"},
      {"leisure=pitch sport=tennis", "tennis_court athletic_field"},
      {"leisure=pitch sport=soccer;tennis", "athletic_field"},
      {"aeroway=aerodrome aerodrome:type=international", "international_airport airport"},
      {"tourism=museum museum=art", "art_museum museum tourist_attraction"},
      {"tourism=information information=visitor_centre",
       "visitor_center tourist_information_center"},
      {"amenity=theatre theatre:genre=opera", "opera_house performing_arts_theater event_venue"},
      {"amenity=bar sport=darts", "sports_bar bar"},
      {"amenity=bar sport=no", "bar"},
      {"amenity=hospital emergency=yes", "general_hospital hospital health"},
      {"amenity=social_facility social_facility=nursing_home", "health"},
      {"amenity=school isced:level=1", "primary_school school educational_institution"},
      {"amenity=school isced:level=0;1", "primary_school school educational_institution"},
      {"amenity=school isced:level=2-3", "secondary_school school educational_institution"},
      {"amenity=school isced:level=1-3", "school educational_institution"},
      {"amenity=school isced:level=0-3", "school educational_institution"},
      {"amenity=school isced:level=high", "school educational_institution"},
      {"amenity=kindergarten isced:level=0", "preschool school"}};
  for (const auto& [tags, types] : table) EXPECT_EQ(BusinessTypes(tags), types) << tags;
}

TEST(OsmTypesTest, EveryLineOfTheTableAnswers) {
  const std::vector<std::string_view> lines = OsmToGoogleLines();
  EXPECT_EQ(lines.size(), 240U);
  for (const std::string_view line : lines) {
    const std::pair<std::string_view, std::string_view> halves = Split(line, '|');
    std::pair<std::string_view, std::string_view> tag = Split(halves.first, '=');
    if (tag.second == "*") tag.second = "anything";
    const OsmTag tags[] = {{tag.first, tag.second}};
    const std::optional<OsmTypes> types = MapOsmTypes(tags);
    ASSERT_TRUE(types.has_value()) << line;
    EXPECT_EQ(types->primary, halves.second.substr(0, halves.second.find(' '))) << line;
    EXPECT_TRUE(IsOsmTypeTag(tag.first));
  }
}

TEST(OsmTypesTest, ItSaysWhichTagsItLooksAt) {
  for (const char* key : {"amenity", "waterway", "cuisine", "religion", "diet:vegan", "isced:level",
                          "information", "disused", "was:shop", "disused:amenity"}) {
    EXPECT_TRUE(IsOsmTypeTag(key)) << key;
  }
  for (const char* key : {"", "name", "disused:", "disused:name", "was", "source", "amenity:"}) {
    EXPECT_EQ(IsOsmTypeTag(key), std::string_view(key) == "was") << key;
  }
}

}  // namespace
}  // namespace proxyherd::places
