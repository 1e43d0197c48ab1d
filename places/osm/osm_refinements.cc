#include "places/osm/osm_refinements.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "base/split.h"

namespace proxyherd::places {
namespace {

struct Rule {
  std::string_view base;
  std::string_view key;
  std::string_view value;  // * matches any
  std::string_view type;
  std::string_view dropped = {};
};

// Of several refined types, the one that comes first here becomes primary.
constexpr Rule kRules[] = {
    {"amenity=restaurant", "diet:vegan", "only", "vegan_restaurant"},
    {"amenity=fast_food", "diet:vegan", "only", "vegan_restaurant"},
    {"amenity=cafe", "diet:vegan", "only", "vegan_restaurant"},
    {"amenity=restaurant", "diet:vegetarian", "only", "vegetarian_restaurant"},
    {"amenity=fast_food", "diet:vegetarian", "only", "vegetarian_restaurant"},
    {"amenity=cafe", "diet:vegetarian", "only", "vegetarian_restaurant"},
    {"amenity=place_of_worship", "religion", "christian", "church"},
    {"amenity=place_of_worship", "religion", "muslim", "mosque"},
    {"amenity=place_of_worship", "religion", "jewish", "synagogue"},
    {"amenity=place_of_worship", "religion", "hindu", "hindu_temple"},
    {"amenity=place_of_worship", "religion", "buddhist", "buddhist_temple"},
    {"amenity=place_of_worship", "religion", "shinto", "shinto_shrine"},
    {"amenity=bar", "sport", "*", "sports_bar"},
    {"amenity=hospital", "emergency", "yes", "general_hospital"},
    // A nursing home may be a business.
    {"amenity=social_facility", "social_facility", "nursing_home", "health",
     "non_profit_organization"},
    {"amenity=parking", "park_ride", "yes", "park_and_ride"},
    {"amenity=parking", "parking", "multi-storey", "parking_garage", "parking_lot"},
    {"amenity=parking", "parking", "surface", "parking_lot"},
    {"amenity=theatre", "theatre:genre", "opera", "opera_house"},
    {"tourism=museum", "museum", "art", "art_museum"},
    {"tourism=museum", "museum", "history", "history_museum"},
    {"tourism=information", "information", "visitor_centre", "visitor_center"},
    {"leisure=pitch", "sport", "tennis", "tennis_court"},
    {"leisure=pitch", "sport", "skateboard", "skateboard_park"},
    // People who search for train stations do not mean the underground.
    {"railway=station", "station", "subway", "subway_station", "train_station"},
    {"railway=station", "station", "light_rail", "light_rail_station", "train_station"},
    {"aeroway=aerodrome", "aerodrome:type", "international", "international_airport"},
};

constexpr std::pair<std::string_view, std::string_view> kCuisines[] = {
    {"american", "american_restaurant"},
    {"argentinian", "argentinian_restaurant"},
    {"asian", "asian_restaurant"},
    {"bagel", "bagel_shop"},
    {"barbecue", "barbecue_restaurant"},
    {"bavarian", "bavarian_restaurant"},
    {"brazilian", "brazilian_restaurant"},
    {"burger", "hamburger_restaurant"},
    {"cantonese", "cantonese_restaurant"},
    {"caribbean", "caribbean_restaurant"},
    {"chicken", "chicken_restaurant"},
    {"chinese", "chinese_restaurant"},
    {"coffee_shop", "coffee_shop"},
    {"donut", "donut_shop"},
    {"dumpling", "dumpling_restaurant"},
    {"ethiopian", "ethiopian_restaurant"},
    {"falafel", "falafel_restaurant"},
    {"filipino", "filipino_restaurant"},
    {"fish_and_chips", "fish_and_chips_restaurant"},
    {"french", "french_restaurant"},
    {"german", "german_restaurant"},
    {"greek", "greek_restaurant"},
    {"hawaiian", "hawaiian_restaurant"},
    {"hot_dog", "hot_dog_restaurant"},
    {"hotpot", "hot_pot_restaurant"},
    {"hungarian", "hungarian_restaurant"},
    {"ice_cream", "ice_cream_shop"},
    {"indian", "indian_restaurant"},
    {"indonesian", "indonesian_restaurant"},
    {"irish", "irish_restaurant"},
    {"italian", "italian_restaurant"},
    {"japanese", "japanese_restaurant"},
    {"juice", "juice_shop"},
    {"kebab", "kebab_shop"},
    {"korean", "korean_restaurant"},
    {"latin_american", "latin_american_restaurant"},
    {"lebanese", "lebanese_restaurant"},
    {"malaysian", "malaysian_restaurant"},
    {"mediterranean", "mediterranean_restaurant"},
    {"mexican", "mexican_restaurant"},
    {"moroccan", "moroccan_restaurant"},
    {"noodle", "noodle_shop"},
    {"pakistani", "pakistani_restaurant"},
    {"persian", "persian_restaurant"},
    {"peruvian", "peruvian_restaurant"},
    {"pizza", "pizza_restaurant"},
    {"polish", "polish_restaurant"},
    {"portuguese", "portuguese_restaurant"},
    {"ramen", "ramen_restaurant"},
    {"russian", "russian_restaurant"},
    {"salad", "salad_shop"},
    {"sandwich", "sandwich_shop"},
    {"seafood", "seafood_restaurant"},
    {"shawarma", "shawarma_restaurant"},
    {"soup", "soup_restaurant"},
    {"spanish", "spanish_restaurant"},
    {"steak_house", "steak_house"},
    {"sushi", "sushi_restaurant"},
    {"taiwanese", "taiwanese_restaurant"},
    {"tacos", "taco_restaurant"},
    {"tapas", "tapas_restaurant"},
    {"tea", "tea_house"},
    {"tex-mex", "tex_mex_restaurant"},
    {"thai", "thai_restaurant"},
    {"turkish", "turkish_restaurant"},
    {"ukrainian", "ukrainian_restaurant"},
    {"vietnamese", "vietnamese_restaurant"},
    {"wings", "chicken_wings_restaurant"}};

constexpr std::string_view kCuisineBases[] = {"amenity=restaurant", "amenity=fast_food",
                                              "amenity=cafe"};
constexpr std::string_view kSchoolBases[] = {"amenity=school", "amenity=kindergarten"};
constexpr std::string_view kPrimarySchool = "primary_school";
constexpr std::string_view kSecondarySchool = "secondary_school";

bool Contains(absl::Span<const std::string_view> list, std::string_view text) {
  for (const std::string_view one : list) {
    if (one == text) return true;
  }
  return false;
}

std::string_view FirstOf(std::string_view list) {
  return FromAbsl(absl::StripAsciiWhitespace(ToAbsl(list.substr(0, list.find(';')))));
}

// Reads levels of education in UNESCO's classification: "1" or "1-3" or "2;3", where 1 is primary,
// 2 and 3 are secondary. Returns neither type for a school with both.
std::string_view SchoolType(std::string_view levels) {
  bool primary = false;
  bool secondary = false;
  for (const std::string_view part : Split(levels, absl::ByAnyChar(";-,"))) {
    const std::string_view level = FromAbsl(absl::StripAsciiWhitespace(ToAbsl(part)));
    primary = primary || level == "1";
    secondary = secondary || level == "2" || level == "3";
    if (level != "0" && level != "1" && level != "2" && level != "3") return "";
  }
  if (primary == secondary) return "";
  // "0-3" includes level 1 without naming it.
  if (secondary && absl::StrContains(ToAbsl(levels), '0')) return "";
  return primary ? kPrimarySchool : kSecondarySchool;
}

}  // namespace

OsmRefinements RefineOsmTypes(std::string_view base, absl::Span<const OsmTag> tags) {
  OsmRefinements refinements;
  for (const Rule& rule : kRules) {
    if (rule.base != base) continue;
    const std::string_view value = FindOsmTag(tags, rule.key);
    if (value.empty() || value == "no") continue;
    if (rule.value != "*" && FirstOf(value) != rule.value) continue;
    refinements.types.push_back(rule.type);
    if (!rule.dropped.empty()) refinements.dropped.push_back(rule.dropped);
  }
  if (Contains(kCuisineBases, base)) {
    const std::string_view cuisine = FirstOf(FindOsmTag(tags, "cuisine"));
    for (const auto& [value, type] : kCuisines) {
      if (value == cuisine) refinements.types.push_back(type);
    }
  }
  if (Contains(kSchoolBases, base)) {
    const std::string_view type = SchoolType(FindOsmTag(tags, "isced:level"));
    if (!type.empty()) refinements.types.push_back(type);
  }
  return refinements;
}

bool IsOsmRefinementTag(std::string_view key) {
  if (key == "cuisine" || key == "isced:level") return true;
  for (const Rule& rule : kRules) {
    if (rule.key == key) return true;
  }
  return false;
}

std::vector<std::string_view> AllOsmRefinementTypes() {
  std::vector<std::string_view> types = {kPrimarySchool, kSecondarySchool};
  for (const Rule& rule : kRules) types.push_back(rule.type);
  for (const auto& [value, type] : kCuisines) types.push_back(type);
  return types;
}

}  // namespace proxyherd::places
