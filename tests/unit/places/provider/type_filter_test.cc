// Tests which places pass a filter of types, and which filters are valid.
#include "places/provider/type_filter.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace proxyherd::places {
namespace {

using Types = std::vector<std::string_view>;

struct Row {
  const char* what;
  TypeFilter filter;
  bool sushi;  // sushi_restaurant, restaurant, food
  bool hotel;  // hotel, lodging, restaurant: a hotel with one
  bool cafe;   // cafe, food
};

TEST(WantsTest, EveryListMustHold) {
  const Row table[] = {
      {"nothing asked", {}, true, true, true},
      {"included", {.included = {"restaurant"}}, true, true, false},
      {"any of the included", {.included = {"restaurant", "cafe"}}, true, true, true},
      {"excluded", {.excluded = {"restaurant"}}, false, false, true},
      {"included and excluded",
       {.included = {"restaurant"}, .excluded = {"lodging"}},
       true,
       false,
       false},
      {"primary", {.included_primary = {"cafe"}}, false, false, true},
      {"general primary", {.included_primary = {"restaurant"}}, true, false, false},
      {"specific primary", {.included_primary = {"sushi_restaurant"}}, true, false, false},
      {"other specific primary", {.included_primary = {"thai_restaurant"}}, false, false, false},
      {"excluded primary", {.excluded_primary = {"cafe"}}, true, true, false},
      {"general excluded primary", {.excluded_primary = {"restaurant"}}, false, true, true},
      // Google's own example: places that have a restaurant without being one.
      {"has one, is none",
       {.included = {"restaurant"}, .excluded_primary = {"restaurant"}},
       false,
       true,
       false},
      {"general kinds only for primary types", {.included = {"store"}}, false, false, false},
      {"nothing left", {.included = {"cafe"}, .included_primary = {"hotel"}}, false, false, false},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(row.what);
    EXPECT_EQ(
        Wants(row.filter, "sushi_restaurant", Types{"sushi_restaurant", "restaurant", "food"}),
        row.sushi);
    EXPECT_EQ(Wants(row.filter, "hotel", Types{"hotel", "lodging", "restaurant"}), row.hotel);
    EXPECT_EQ(Wants(row.filter, "cafe", Types{"cafe", "food"}), row.cafe);
  }
}

TEST(WantsTest, APlaceWithoutAPrimaryTypePassesNoIncludedOne) {
  EXPECT_FALSE(Wants({.included_primary = {"cafe"}}, "", Types{"cafe"}));
  EXPECT_TRUE(Wants({.excluded_primary = {"cafe"}}, "", Types{"cafe"}));
  EXPECT_TRUE(Wants({}, "", {}));
}

TEST(ValidateTypeFilterTest, GoodFiltersPass) {
  EXPECT_TRUE(ValidateTypeFilter({}).ok());
  EXPECT_TRUE(ValidateTypeFilter({.included = {"cafe"}, .excluded = {"bar"}}).ok());
  // A type may be both included and excluded as the primary one.
  EXPECT_TRUE(ValidateTypeFilter({.included = {"cafe"}, .excluded_primary = {"cafe"}}).ok());
  EXPECT_TRUE(ValidateTypeFilter({.included = std::vector<std::string>(50, "cafe")}).ok());
}

TEST(ValidateTypeFilterTest, ARefusalNamesTheFieldAndTheName) {
  const std::pair<TypeFilter, std::string> table[] = {
      {{.included = {"cafe", "resturant"}},
       "included_types must have types of Google's Table A, not \"resturant\"; did you mean "
       "\"restaurant\"?"},
      {{.excluded = {"xyzzy"}},
       "excluded_types must have types of Google's Table A, not \"xyzzy\""},
      {{.included_primary = {"establishment"}},
       "included_primary_types must have types of Google's Table A, not \"establishment\"; it is "
       "found in answers, but cannot be asked for"},
      {{.excluded_primary = {""}},
       "excluded_primary_types must have types of Google's Table A, not \"\""},
      {{.included = {"\n\xff"}},
       "included_types must have types of Google's Table A, not \"\\n\\xff\""},
      {{.included = {std::string(1 << 20, 'a')}},
       absl::StrCat("included_types must have types of Google's Table A, not \"",
                    std::string(64, 'a'), "...\"")},
      {{.excluded = std::vector<std::string>(51, "cafe")},
       "excluded_types must have at most 50 types, not 51"},
      {{.included = {"bar", "cafe"}, .excluded = {"cafe"}},
       "excluded_types must not have \"cafe\", which included_types has too"},
      {{.included_primary = {"cafe"}, .excluded_primary = {"bar", "cafe"}},
       "excluded_primary_types must not have \"cafe\", which included_primary_types has too"}};
  for (const auto& [filter, message] : table) {
    EXPECT_EQ(ValidateTypeFilter(filter), absl::InvalidArgumentError(message));
  }
}

}  // namespace
}  // namespace proxyherd::places
