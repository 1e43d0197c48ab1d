// Tests that scanning eight bytes at a time finds the same as scanning byte by byte.
#include "base/text_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

namespace proxyherd {
namespace {

constexpr int kBytes = 256;

// Calls `check` with strings of several words in which one byte, at each index, takes each value.
template <typename Check>
void ForEachText(char others, Check check) {
  for (size_t size = 0; size <= 20; ++size) {
    for (size_t place = 0; place < size; ++place) {
      for (int byte = 0; byte < kBytes; ++byte) {
        std::string text(size, others);
        text[place] = static_cast<char>(byte);
        check(text);
      }
    }
  }
}

size_t FieldSize(const std::string& text) {
  return static_cast<size_t>(FieldEnd(text.data(), text.data() + text.size()) - text.data());
}

size_t DigitsSize(const std::string& text) {
  return static_cast<size_t>(ReadDigits(text.data(), text.data() + text.size()).end - text.data());
}

TEST(TextScanTest, AFieldEndsAtTheFirstWhiteSpace) {
  // The other bytes include some that look like white space, or are as small without being it.
  for (const char others : {'x', '\x1c', '\xa0', '\0'}) {
    ForEachText(others, [](const std::string& text) {
      const auto first = std::find_if(text.begin(), text.end(), IsWhiteSpace);
      ASSERT_EQ(FieldSize(text), static_cast<size_t>(first - text.begin())) << text;
    });
  }
}

TEST(TextScanTest, DigitsEndAtTheFirstOtherByte) {
  for (const char others : {'0', '9'}) {
    ForEachText(others, [](const std::string& text) {
      const auto first = std::find_if_not(text.begin(), text.end(), IsDigit);
      const auto size = static_cast<size_t>(first - text.begin());
      ASSERT_EQ(DigitsSize(text), size) << text;
      ASSERT_EQ(DigitsEnd(text.data(), text.data() + text.size()), text.data() + size) << text;
    });
  }
}

TEST(TextScanTest, DigitsHaveTheirValue) {
  for (uint64_t value = 0; value < std::numeric_limits<uint64_t>::max() / 100;
       value = value * 7 + 3) {
    for (const char* after : {"", ".", "x23456789"}) {
      const std::string text = std::to_string(value) + after;
      const Digits digits = ReadDigits(text.data(), text.data() + text.size());
      EXPECT_EQ(digits.value, value) << text;
      EXPECT_EQ(std::string(digits.end), after) << text;
    }
  }
}

TEST(TextScanTest, EightDigitsAreWrittenAsTheyAreRead) {
  const auto written = [](uint64_t value) {
    std::string text(TextWord::kBytes, ' ');
    TextWord::OfDigits(value).Store(text.data());
    return text;
  };
  // These contain every value of each pair and of each group of four digits.
  for (uint64_t four = 0; four < 10'000; ++four) {
    const uint64_t value = four * 10'000 + (four * 7919) % 10'000;
    const std::string expected = std::to_string(100'000'000 + value).substr(1);
    ASSERT_EQ(written(value), expected);
  }
}

}  // namespace
}  // namespace proxyherd
