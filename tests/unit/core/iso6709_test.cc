// Tests locations: valid ones, their values, and distances.
#include "core/iso6709.h"

#include <gtest/gtest.h>

#include <string>

namespace proxyherd {
namespace {

struct Reading {
  const char* text;
  double latitude;
  double longitude;
};

TEST(LocationTest, ReadsSignedDecimalDegrees) {
  const Reading readings[] = {
      {"+34.068930-118.445127", 34.068930, -118.445127},
      {"+0+0", 0, 0},
      {"-0-0", 0, 0},
      {"+0.0-0.0", 0, 0},
      {"-33.86+151.2094", -33.86, 151.2094},
      {"+7-8", 7, -8},
      {"+007.5-0008.25", 7.5, -8.25},
      {"+90+180", 90, 180},
      {"-90.000-180.000", -90, -180},
      {"+000000000000000000000000000000000000000090+0", 90, 0},
      {"+89.99999999999999999999999999999999999+0", 90, 0},
  };
  for (const auto& [text, latitude, longitude] : readings) {
    EXPECT_TRUE(IsLocation(text)) << text;
    const auto location = ParseLocation(text);
    ASSERT_TRUE(location.has_value()) << text;
    EXPECT_DOUBLE_EQ(location->latitude, latitude) << text;
    EXPECT_DOUBLE_EQ(location->longitude, longitude) << text;
  }
}

TEST(LocationTest, RefusesWhatIsOutOfRangeHoweverLittle) {
  for (const char* text :
       {"+91+0", "-90.1+0", "+0+181", "+0-180.5", "+90.0000000000000000000001+0",
        "+0-180.0000000000000000000000000000000001", "+4294967297+0", "+18446744073709551617+0"}) {
    EXPECT_FALSE(IsLocation(text)) << text;
    EXPECT_EQ(ParseLocation(text), std::nullopt) << text;
  }
}

TEST(LocationTest, RefusesWhatIsMalformed) {
  for (const char* text : {"",
                           "+",
                           "+-",
                           "+1",
                           "+1+",
                           "1+1",
                           "+1 +1",
                           "34.0-118.0",
                           "+34.0,-118.0",
                           "+34.0-118.0/",
                           "+34.0-118.0+10",
                           "+34.-118.0",
                           "+.5-118.0",
                           "+34.0-.5",
                           "+34.0-118.",
                           "+1e1+1",
                           "+1+1e1",
                           "++1+1",
                           "+1++1",
                           "+nan+inf",
                           "+34.06.8930-118.4",
                           "N34W118",
                           " +1+1",
                           "+1+1 ",
                           "\xE2\x88\x92+1-1"}) {
    EXPECT_FALSE(IsLocation(text)) << text;
    EXPECT_EQ(ParseLocation(text), std::nullopt) << text;
  }
  EXPECT_FALSE(IsLocation(std::string_view("+1+1\0", 5)));
}

TEST(LocationTest, ManyDigitsDecideNothingByRounding) {
  const std::string zeros(3000, '0');
  EXPECT_TRUE(IsLocation("+90." + zeros + "+180." + zeros));
  EXPECT_FALSE(IsLocation("+90." + zeros + "1+0"));
}

TEST(DecimalTest, NeedsADigitOnBothSidesOfThePoint) {
  for (const char* text : {"0", "34", "34.0", "0.5", "00.50"}) {
    EXPECT_TRUE(IsDecimalUpTo(text, 50)) << text;
  }
  for (const char* text : {"", ".", "34.", ".5", "+1", "-1", "1.2.3", "1e1", "1 ", "x"}) {
    EXPECT_FALSE(IsDecimalUpTo(text, 50)) << text;
  }
}

TEST(DecimalTest, IsComparedByItsDigits) {
  EXPECT_TRUE(IsDecimalUpTo("50", 50));
  EXPECT_TRUE(IsDecimalUpTo("0050.000", 50));
  EXPECT_TRUE(IsDecimalUpTo("49.999999999999999999999999999999", 50));
  EXPECT_FALSE(IsDecimalUpTo("50.0000000000000000000000000000001", 50));
  EXPECT_FALSE(IsDecimalUpTo("51", 50));
  EXPECT_FALSE(IsDecimalUpTo("340282366920938463463374607431768211456", 50));
  EXPECT_FALSE(IsDecimalUpTo("4294967296", 50));
}

TEST(DistanceTest, IsThatOfTheGreatCircle) {
  const Coordinates ucla{34.0689, -118.4451};
  const Coordinates sydney{-33.8688, 151.2093};
  EXPECT_EQ(DistanceMeters(ucla, ucla), 0);
  EXPECT_NEAR(DistanceMeters({0, 0}, {0, 1}), 111'195, 1);
  EXPECT_NEAR(DistanceMeters({0, 179.5}, {0, -179.5}), 111'195, 1) << "across the date line";
  EXPECT_NEAR(DistanceMeters({90, 0}, {-90, 77}), 20'015'115, 1) << "pole to pole";
  EXPECT_NEAR(DistanceMeters({10, 20}, {-10, -160}), 20'015'115, 1) << "antipodes";
  EXPECT_DOUBLE_EQ(DistanceMeters(ucla, sydney), DistanceMeters(sydney, ucla));
  EXPECT_NEAR(DistanceMeters(ucla, sydney), 12'071'000, 20'000);
}

}  // namespace
}  // namespace proxyherd
