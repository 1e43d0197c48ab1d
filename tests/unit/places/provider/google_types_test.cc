// Tests the tables of types, and how their names imply each other.
#include "places/provider/google_types.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace proxyherd::places {
namespace {

TEST(GoogleTypesTest, TheTablesAreSortedAndDisjointAndWithoutDuplicates) {
  for (const auto table : {GoogleTableA(), GoogleTableB()}) {
    EXPECT_TRUE(std::is_sorted(table.begin(), table.end()));
    EXPECT_EQ(std::adjacent_find(table.begin(), table.end()), table.end());
    for (const std::string_view name : table) {
      EXPECT_FALSE(name.empty());
      EXPECT_LT(name.size(), kMaxTypeNameBytes);
      EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      })) << name;
      EXPECT_NE(IsTableA(name), IsTableB(name)) << name;
    }
  }
  EXPECT_EQ(GoogleTableA().size(), 478U);
  EXPECT_EQ(GoogleTableB().size(), 36U);
}

TEST(GoogleTypesTest, NamesAreExact) {
  for (const char* name : {"restaurant", "accounting", "zoo", "administrative_area_level_1"}) {
    EXPECT_TRUE(IsTableA(name)) << name;
  }
  for (const char* name : {"", "Restaurant", "restaurants", "restaurant ", "establishment"}) {
    EXPECT_FALSE(IsTableA(name)) << name;
  }
  EXPECT_TRUE(IsTableB("establishment"));
  EXPECT_FALSE(IsTableB("restaurant"));
}

TEST(GoogleTypesTest, AMoreSpecificTypeIsOfAGeneralKind) {
  struct Row {
    const char* name;
    const char* general;
    bool is;
  };
  const Row table[] = {{"restaurant", "restaurant", true},
                       {"sushi_restaurant", "restaurant", true},
                       {"steak_house", "restaurant", true},
                       {"restaurant", "sushi_restaurant", false},
                       {"resort_hotel", "hotel", true},
                       {"resort_hotel", "lodging", true},
                       {"irish_pub", "bar", true},
                       {"budget_japanese_inn", "lodging", true},
                       {"asian_grocery_store", "store", true},
                       {"discount_supermarket", "grocery_store", true},
                       {"discount_supermarket", "store", true},
                       {"subway_station", "transit_station", true},
                       {"international_airport", "airport", true},
                       {"national_park", "park", true},
                       {"rv_park", "park", false},
                       {"amusement_park", "park", false},
                       {"beer_garden", "garden", false},
                       {"beer_garden", "bar", true},
                       {"internet_cafe", "cafe", false},
                       {"latin_american_restaurant", "american_restaurant", false},
                       {"latin_american_restaurant", "restaurant", true},
                       {"supermarket", "market", false},  // the name must end in a whole word
                       {"", "restaurant", false},
                       {"cafe", "", false}};
  for (const Row& row : table) {
    EXPECT_EQ(IsKindOf(row.name, row.general), row.is) << row.name << " " << row.general;
  }
}

TEST(GoogleTypesTest, NothingIsAKindOfWhatIsAKindOfIt) {
  for (const std::string_view a : GoogleTableA()) {
    for (const std::string_view b : GoogleTableA()) {
      EXPECT_FALSE(a != b && IsKindOf(a, b) && IsKindOf(b, a)) << a << " " << b;
    }
  }
}

TEST(GoogleTypesTest, AWrongNameIsNearARightOne) {
  const std::pair<std::string, const char*> table[] = {{"resturant", "restaurant"},
                                                       {"restaurants", "restaurant"},
                                                       {"Cafe", "cafe"},
                                                       {"coffeeshop", "coffee_shop"},
                                                       {"supermarkt", "supermarket"},
                                                       {"gas-station", "gas_station"},
                                                       {"xyzzy", ""},
                                                       {"", ""},
                                                       {std::string(10'000, 'a'), ""}};
  for (const auto& [name, similar] : table) {
    EXPECT_EQ(SimilarTableA(name), similar) << name.substr(0, 20);
  }
}

}  // namespace
}  // namespace proxyherd::places
