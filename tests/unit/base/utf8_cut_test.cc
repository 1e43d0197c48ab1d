// Tests that characters stay whole.
#include "base/utf8_cut.h"

#include <gtest/gtest.h>

#include <string_view>

namespace proxyherd {
namespace {

TEST(Utf8CutTest, ItCutsBetweenCharacters) {
  const std::string_view text = "a\xc3\xa9\xe2\x82\xac";  // of 1, 2 and 3 bytes
  const size_t cuts[] = {0, 1, 1, 3, 3, 3, 6, 6};
  for (size_t limit = 0; limit < std::size(cuts); ++limit) {
    EXPECT_EQ(Utf8CutPoint(text, limit), cuts[limit]) << limit;
  }
  EXPECT_EQ(Utf8CutPoint("\x80\x80\x80", 2), 0U);  // not UTF-8
}

}  // namespace
}  // namespace proxyherd
