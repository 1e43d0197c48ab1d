// Tests that numbers and strings come back, and that truncation is detected.
#include "places/place/packed_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace proxyherd::places {
namespace {

TEST(PackedTextTest, EverythingComesBack) {
  const uint64_t numbers[] = {0, 1, 127, 128, 16'383, 16'384, std::numeric_limits<uint64_t>::max()};
  const int64_t signed_numbers[] = {
      0, -1, 1, -64, 64, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()};
  std::string packed;
  for (const uint64_t number : numbers) PutVarint(number, packed);
  for (const int64_t number : signed_numbers) PutSigned(number, packed);
  PutText("", packed);
  PutText(std::string(200, 'x'), packed);

  PackedReader reader(packed);
  for (const uint64_t number : numbers) EXPECT_EQ(reader.Varint(), number);
  for (const int64_t number : signed_numbers) EXPECT_EQ(reader.Signed(), number);
  EXPECT_EQ(reader.Text(), "");
  EXPECT_EQ(reader.Text(), std::string(200, 'x'));
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.rest().empty());
}

TEST(PackedTextTest, WhatIsCutOffIsNoticedAndReadsAsNothing) {
  const std::string table[] = {"", "\x80", std::string(10, '\xff'), std::string(9, '\xff') + "\x02",
                               "\x05"
                               "abcd"};
  for (const std::string& packed : table) {
    PackedReader reader(packed);
    EXPECT_EQ(reader.Text(), "") << packed.size();
    EXPECT_FALSE(reader.ok()) << packed.size();
    EXPECT_EQ(reader.Varint(), 0U);
    EXPECT_EQ(reader.Text(), "");
  }
}

}  // namespace
}  // namespace proxyherd::places
