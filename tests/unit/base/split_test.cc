// Tests pieces of text, and the bridge to Abseil's type.
#include "base/split.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"

namespace proxyherd {
namespace {

using Texts = std::vector<std::string_view>;
using Two = std::pair<std::string_view, std::string_view>;

TEST(SplitTest, ItFindsThePiecesThatAbseilFinds) {
  EXPECT_EQ(Texts(Split("a,,b,", ',')), (Texts{"a", "", "b", ""}));
  EXPECT_EQ(Texts(Split("a,,b,", ',', absl::SkipEmpty())), (Texts{"a", "b"}));
  EXPECT_EQ(Texts(Split("a=b=c", absl::MaxSplits('=', 1))), (Texts{"a", "b=c"}));
  EXPECT_EQ(Texts(Split("", ',')), Texts{""});
  EXPECT_EQ(Texts(Split(std::string_view(), ',')), Texts());
}

TEST(SplitTest, ALoopGoesThroughViewsOfTheText) {
  const std::string text = "one two";
  Texts pieces;
  for (const std::string_view piece : Split(text, ' ')) pieces.push_back(piece);
  EXPECT_EQ(pieces, (Texts{"one", "two"}));
  EXPECT_EQ(pieces.back().data(), text.data() + 4);
}

TEST(SplitTest, NoPieceOfManyIsLost) {
  for (const size_t count : {15, 16, 17, 32, 33}) {
    std::string text;
    for (size_t i = 1; i < count; ++i) text += std::to_string(i) + " ";
    const Texts pieces = Split(text, ' ');
    ASSERT_EQ(pieces.size(), count);
    EXPECT_EQ(absl::StrJoin(pieces, " ", TextFormatter()), text);
  }
}

TEST(SplitTest, APairTakesTheFirstTwo) {
  EXPECT_EQ(Two(Split("a|b|c", '|')), Two("a", "b"));
  EXPECT_EQ(Two(Split("a", '|')), Two("a", ""));
  EXPECT_EQ(Two(Split(std::string_view(), '|')), Two());
}

TEST(AbslStringsTest, TheBridgeKeepsPlaceAndLength) {
  const std::string_view text("a\0b", 3);
  EXPECT_EQ(FromAbsl(ToAbsl(text)).data(), text.data());
  EXPECT_EQ(FromAbsl(ToAbsl(text)).size(), 3U);
}

TEST(AbslStringsTest, APrefixOrSuffixIsCutOffOnlyIfItIsThere) {
  std::string_view text = "10km";
  EXPECT_FALSE(ConsumePrefix(&text, "k"));
  EXPECT_FALSE(ConsumeSuffix(&text, "110km"));
  EXPECT_EQ(text, "10km");
  EXPECT_TRUE(ConsumePrefix(&text, "1"));
  EXPECT_TRUE(ConsumeSuffix(&text, "km"));
  EXPECT_EQ(text, "0");
}

}  // namespace
}  // namespace proxyherd
