// Tests the JSON of places, beyond the cases of world_data_test.
#include "places/place/place_json.h"

#include <gtest/gtest.h>

#include <string>

namespace proxyherd::places {
namespace {

using Json = nlohmann::ordered_json;

Json Rendered(const Place& place) { return Json::parse(RenderPlaces({place})).at("places").at(0); }

Place At(double latitude, double longitude) {
  Place place;
  place.id = "x";
  place.location = {latitude, longitude};
  return place;
}

TEST(PlaceJsonTest, NoPlaceIsAnEmptyObject) { EXPECT_EQ(RenderPlaces({}), "{}"); }

TEST(PlaceJsonTest, EmptyFieldsAreLeftOut) {
  std::string keys;
  const Json json = Rendered(At(1, 2));
  for (const auto& [key, value] : json.items()) keys += key + " ";
  EXPECT_EQ(keys, "name id plusCode location viewport ");
}

TEST(PlaceJsonTest, WholeDegreesHaveNoFraction) {
  EXPECT_EQ(Rendered(At(34, -118.5)).at("location").dump(),
            R"({"latitude":34,"longitude":-118.5})");
}

TEST(PlaceJsonTest, AnglesAreEscapedAndOtherLettersStay) {
  Place place = At(0, 0);
  place.name = "A<B>\u00e9 \"&'\xE6\x9D\xB1";
  const std::string text = RenderPlaces({place});
  EXPECT_NE(text.find("A\\u003cB\\u003e\u00e9 \\\"&'\xE6\x9D\xB1"), std::string::npos) << text;
}

TEST(PlaceJsonTest, BytesThatAreNotTextAreReplaced) {
  Place place = At(0, 0);
  place.name = "a\xFFz";
  EXPECT_EQ(Rendered(place).at("displayName").at("text"), "a\uFFFDz");
}

TEST(PlaceJsonTest, AViewportWrapsAtTheDateLineAndStopsAtThePole) {
  Place place = At(89.5, 179.9);
  place.viewport_half_degrees = 1;
  EXPECT_EQ(
      Rendered(place).at("viewport").dump(),
      R"({"low":{"latitude":88.5,"longitude":178.9},"high":{"latitude":90,"longitude":-179.1}})");
}

}  // namespace
}  // namespace proxyherd::places
