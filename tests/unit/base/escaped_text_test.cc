// Tests any bytes as text.
#include "base/escaped_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace proxyherd {
namespace {

TEST(EscapedText, EscapesBackslashesAndWhatIsNotUtf8) {
  struct Case {
    std::string bytes;
    std::string text;
  };
  const Case cases[] = {
      {"kiwi.cs.ucla.edu", "kiwi.cs.ucla.edu"},
      {"a\\b", "a\\\\b"},
      {"\xff", "\\xff"},
      {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa2", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa2"},
      {"\xc3", "\\xc3"},                             // cut off
      {"\xc0\xaf", "\\xc0\\xaf"},                    // overlong
      {"\xe0\x80\x80", "\\xe0\\x80\\x80"},           // overlong
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // a surrogate
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // above U+10FFFF
      {std::string("\0", 1), std::string("\0", 1)},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(EscapeBytes(c.bytes), c.text);
    EXPECT_EQ(UnescapeBytes(c.text), c.bytes);
  }
}

TEST(EscapedText, AcceptsAnyByteAsAnEscapeButNoOtherEscape) {
  EXPECT_EQ(UnescapeBytes("\\x4B\\x6a"), "Kj");
  for (const char* bad : {"\\", "\\x", "\\x4", "\\xg0", "\\n", "a\\", "\\u0041"}) {
    EXPECT_FALSE(UnescapeBytes(bad).has_value()) << bad;
  }
}

TEST(Printable, LetsNobodyWriteLinesOfTheirOwn) {
  EXPECT_EQ(Printable("IAMAT kiwi +1-1 1"), "IAMAT kiwi +1-1 1");
  EXPECT_EQ(Printable("a\nb\rc\x1b[31md"), "a\\x0ab\\x0dc\\x1b[31md");
  EXPECT_EQ(Printable("\\x0a"), "\\\\x0a");
  EXPECT_EQ(Printable("\xff\x7f"), "\\xff\\x7f");
  EXPECT_EQ(Printable("\xc3\xa4"), "\xc3\xa4");
}

TEST(EscapedText, AnyBytesComeBack) {
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_EQ(UnescapeBytes(EscapeBytes(bytes)), bytes);
  }
}

}  // namespace
}  // namespace proxyherd
