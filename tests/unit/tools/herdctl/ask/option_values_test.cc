// Tests values of options, good and absurd.
#include "tools/herdctl/ask/option_values.h"

#include <gtest/gtest.h>

#include <string>

namespace proxyherd::tools {
namespace {

TEST(OptionValuesTest, CountsAreWholeAndInRange) {
  EXPECT_EQ(ReadCount("1", 1, 100).value(), 1);
  EXPECT_EQ(ReadCount("100", 1, 100).value(), 100);
  for (const char* text : {"0", "101", "-1", "1.5", "many", "", "1x", "99999999999999999999"}) {
    const auto count = ReadCount(text, 1, 100);
    ASSERT_FALSE(count.ok()) << text;
    EXPECT_EQ(count.status().message(),
              "'" + std::string(text) + "' is not a whole number from 1 to 100");
  }
}

TEST(OptionValuesTest, SecondsMayHaveAFraction) {
  EXPECT_EQ(ReadSeconds("0", 0, 3600).value(), 0);
  EXPECT_EQ(ReadSeconds("0.25", 0, 3600).value(), 0.25);
  EXPECT_EQ(ReadSeconds("3600", 0, 3600).value(), 3600);
  for (const char* text : {"3600.1", "-1", "soon", "", "nan", "inf", "1e3", "0x10", "1 ", "."}) {
    EXPECT_FALSE(ReadSeconds(text, 0, 3600).ok()) << text;
  }
}

TEST(OptionValuesTest, LifetimesHaveUnits) {
  const std::pair<const char*, int64_t> cases[] = {{"90", 90},   {"90s", 90},   {"30m", 1800},
                                                   {"2h", 7200}, {"1d", 86400}, {"30d", 2592000}};
  for (const auto& [text, seconds] : cases) {
    EXPECT_EQ(ReadLifetimeSeconds(text, 1, 2592000).value(), seconds) << text;
  }
  for (const char* text :
       {"0", "31d", "soon", "", "h", "1w", "-1h", "9223372036854775807d", "1.5h"}) {
    EXPECT_FALSE(ReadLifetimeSeconds(text, 1, 2592000).ok()) << text;
  }
}

TEST(OptionValuesTest, AnAreaIsAPlaceAndARadius) {
  const struct {
    const char* text;
    double latitude;
    double longitude;
    double radius_m;
  } cases[] = {
      {"+34.0689-118.4451,500m", 34.0689, -118.4451, 500},
      {"-33.8688+151.2093,10km", -33.8688, 151.2093, 10'000},
      {"+0+0,0.5km", 0, 0, 500},
      {"-90-180,20040km", -90, -180, 20'040'000},
  };
  for (const auto& c : cases) {
    const auto area = ReadArea(c.text);
    ASSERT_TRUE(area.ok()) << area.status();
    EXPECT_DOUBLE_EQ(area->latitude, c.latitude) << c.text;
    EXPECT_DOUBLE_EQ(area->longitude, c.longitude) << c.text;
    EXPECT_DOUBLE_EQ(area->radius_m, c.radius_m) << c.text;
  }
  for (const char* text :
       {"",           "+34-118",     "+34-118,",        "+34-118,10",    "+34-118,km",
        "+34-118,0m", "+34-118,-1m", "+34-118,20041km", "34-118,1m",     "+34 118,1m",
        "+91-118,1m", "+34-181,1m",  "+nan-118,1m",     "+34-118,1e3m",  "+34,1m",
        ",1m",        "+,-1m",       "+34-118,nanm",    "+34-118,1m,1m", "+34--118,1m"}) {
    EXPECT_FALSE(ReadArea(text).ok()) << text;
  }
}

}  // namespace
}  // namespace proxyherd::tools
