// Tests that times are exact: valid and invalid strings, and the form of differences.
#include "core/exact_time.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "base/env.h"

namespace proxyherd {
namespace {

constexpr int64_t kLast = std::numeric_limits<int64_t>::max();

struct Reading {
  const char* text;
  int64_t ns;
};

TEST(ParseTimeTest, ReadsSecondsWithAnOptionalFraction) {
  const Reading readings[] = {
      {"0", 0},
      {"1", kSecond},
      {"1621464827.959498503", 1'621'464'827'959'498'503},
      {"1.5", kSecond + kSecond / 2},
      {"1.000000001", kSecond + 1},
      {"0.1", kSecond / 10},
      {"0012", 12 * kSecond},
      {"00000000000000000000000000000000001.0", kSecond},
  };
  for (const auto& [text, ns] : readings) EXPECT_EQ(ParseTimeNs(text), ns) << text;
}

TEST(ParseTimeTest, TellsStampsApartThatADoubleCannot) {
  const auto earlier = ParseTimeNs("1621464827.959498503");
  const auto later = ParseTimeNs("1621464827.959498504");
  ASSERT_TRUE(earlier.has_value() && later.has_value());
  EXPECT_EQ(*later - *earlier, 1);
  EXPECT_EQ(1621464827.959498503, 1621464827.959498504) << "as doubles they are the same";
}

TEST(WriteTimeTest, WritesTheUsualText) {
  const std::pair<int64_t, std::string> texts[] = {
      {0, "0.000000000"},
      {1, "0.000000001"},
      {12 * kSecond + 900'000'000, "12.900000000"},
      {1621464827959498503, "1621464827.959498503"},
      {std::numeric_limits<int64_t>::max(), "9223372036.854775807"}};
  for (const auto& [ns, text] : texts) {
    char room[kMaxTimeBytes];
    char* const end = room + sizeof(room);
    EXPECT_EQ(std::string(WriteTimeBefore(end, ns), end), text);
    EXPECT_TRUE(IsUsualTimeText(text));
  }
  for (const char* text : {"", "1", "1.5", "01.000000000", "00.000000000", ".000000000",
                           "1.0000000000", "1000000000000"}) {
    EXPECT_FALSE(IsUsualTimeText(text)) << text;
  }
}

TEST(ParseTimeTest, FractionDigitsPastTheNinthDoNotCount) {
  EXPECT_EQ(ParseTimeNs("1.0000000009"), kSecond);
  EXPECT_EQ(ParseTimeNs("1.9999999999999999999999999999"), 2 * kSecond - 1);
  EXPECT_EQ(ParseTimeNs("1." + std::string(1000, '0') + "1"), kSecond);
  EXPECT_EQ(ParseTimeNs("1.0000000000x"), std::nullopt) << "but they must be digits";
}

TEST(ParseTimeTest, TheLastIsTheLastThatFits) {
  EXPECT_EQ(ParseTimeNs("9223372036.854775807"), kLast);
  EXPECT_EQ(ParseTimeNs("9223372036.8547758079"), kLast);
  for (const char* text : {"9223372036.854775808", "9223372036.9", "9223372037", "18446744073.7",
                           "9223372036854775808", "99999999999999999999999999999999"}) {
    EXPECT_EQ(ParseTimeNs(text), std::nullopt) << text;
  }
}

TEST(ParseTimeTest, RefusesEverythingElse) {
  for (const char* text :
       {"",   ".",   "1.",  ".5",  "1..5", "1.2.3", "+1",  "-1",    "-0",       " 1",
        "1 ", "1e9", "1E9", "0x1", "nan",  "inf",   "1,5", "1_000", "\xD9\xA1", "1.5s"}) {
    EXPECT_EQ(ParseTimeNs(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseTimeNs(std::string_view("1\0", 2)), std::nullopt);
}

struct Writing {
  int64_t received_ns;
  int64_t client_ns;
  const char* text;
};

TEST(WriteDeltaTest, WritesSignSecondsAndNineDigits) {
  const Writing writings[] = {
      {0, 0, "+0.000000000"},
      {1, 0, "+0.000000001"},
      {0, 1, "-0.000000001"},
      {kSecond, 0, "+1.000000000"},
      {0, kSecond, "-1.000000000"},
      {1'621'464'828'000'000'000, 1'621'464'827'959'498'503, "+0.040501497"},
      {kSecond, 11 * kSecond + 500'000'000, "-10.500000000"},
      {kLast, 0, "+9223372036.854775807"},
      {0, kLast, "-9223372036.854775807"},
  };
  for (const auto& [received_ns, client_ns, text] : writings) {
    char room[kMaxDeltaBytes];
    char* const end = room + sizeof(room);
    EXPECT_EQ(std::string(WriteDeltaBefore(end, received_ns, client_ns), end), text);
  }
}

}  // namespace
}  // namespace proxyherd
