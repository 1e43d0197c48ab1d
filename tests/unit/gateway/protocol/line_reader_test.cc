// Tests that lines are found in place, for all line ends and lengths.
#include "gateway/protocol/line_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace proxyherd::gateway {
namespace {

constexpr size_t kLimit = 8;

struct Case {
  const char* name;
  std::string bytes;
  LineStatus status;
  std::string text;
  size_t consumed;
};

class ReadLineTest : public testing::TestWithParam<Case> {};

TEST_P(ReadLineTest, FindsTheFirstLine) {
  const Case& c = GetParam();
  const Line line = ReadLine(c.bytes, kLimit);
  EXPECT_EQ(line.status, c.status);
  EXPECT_EQ(line.text, c.text);
  EXPECT_EQ(line.consumed, c.consumed);
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, ReadLineTest,
    testing::Values(
        Case{"Nothing", "", LineStatus::kIncomplete, "", 0},
        Case{"NoEnd", "abc", LineStatus::kIncomplete, "", 0},
        Case{"EmptyLine", "\n", LineStatus::kComplete, "", 1},
        Case{"LineFeed", "abc\ndef\n", LineStatus::kComplete, "abc", 4},
        Case{"CarriageReturnToo", "abc\r\ndef", LineStatus::kComplete, "abc", 5},
        Case{"OneCarriageReturnOnly", "abc\r\r\n", LineStatus::kComplete, "abc\r", 6},
        Case{"CarriageReturnWithin", "a\rc\n", LineStatus::kComplete, "a\rc", 4},
        Case{"CarriageReturnAloneEndsNothing", "abc\r", LineStatus::kIncomplete, "", 0},
        Case{"Zero", std::string("a\0b\n", 4), LineStatus::kComplete, std::string("a\0b", 3), 4},
        Case{"AtTheLimit", "12345678\n", LineStatus::kComplete, "12345678", 9},
        Case{"AtTheLimitWithBoth", "12345678\r\n", LineStatus::kComplete, "12345678", 10},
        Case{"AtTheLimitUnfinished", "12345678", LineStatus::kIncomplete, "", 0},
        Case{"MayStillEndInTime", "12345678\r", LineStatus::kIncomplete, "", 0},
        Case{"EndsTooLate", "123456789\n", LineStatus::kTooLong, "123456789", 0},
        Case{"TooLongWithoutEnd", "123456789", LineStatus::kTooLong, "123456789", 0},
        Case{"TooLongByACarriageReturn", "12345678\r\r\n", LineStatus::kTooLong, "12345678\r\r", 0},
        Case{"TooLongAfterACarriageReturn", "12345678\r9", LineStatus::kTooLong, "12345678\r9", 0},
        Case{"LineEndTooFarAway", "123456789012345\n", LineStatus::kTooLong, "1234567890", 0}),
    [](const auto& info) { return info.param.name; });

struct LastCase {
  const char* name;
  std::string bytes;
  LineStatus status;
  std::string text;
};

class ReadLastLineTest : public testing::TestWithParam<LastCase> {};

TEST_P(ReadLastLineTest, TakesWhatIsLeft) {
  const LastCase& c = GetParam();
  ASSERT_EQ(ReadLine(c.bytes, kLimit).status, LineStatus::kIncomplete);
  const Line line = ReadLastLine(c.bytes, kLimit);
  EXPECT_EQ(line.status, c.status);
  EXPECT_EQ(line.text, c.text);
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, ReadLastLineTest,
    testing::Values(LastCase{"Plain", "abc", LineStatus::kComplete, "abc"},
                    LastCase{"OneCarriageReturn", "abc\r", LineStatus::kComplete, "abc"},
                    LastCase{"TwoCarriageReturns", "abc\r\r", LineStatus::kComplete, "abc\r"},
                    LastCase{"OnlyACarriageReturn", "\r", LineStatus::kComplete, ""},
                    LastCase{"AtTheLimit", "12345678\r", LineStatus::kComplete, "12345678"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace proxyherd::gateway
