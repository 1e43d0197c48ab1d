// Tests which mistyped names get a suggestion.
#include "tools/herdctl/view/near_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proxyherd::tools {
namespace {

const std::vector<std::string> kNodes = {"Bailey", "Bona", "Campbell", "Clark", "Jaquez"};

TEST(NearNameTest, TakesNoHeedOfCase) { EXPECT_EQ(NearestName("cLARK", kNodes), "Clark"); }

TEST(NearNameTest, SuggestsTheNearest) {
  EXPECT_EQ(NearestName("Clrk", kNodes), "Clark");
  EXPECT_EQ(NearestName("Jacques", kNodes), "Jaquez");
  EXPECT_EQ(NearestName("Jaques", kNodes), "Jaquez");
  EXPECT_EQ(NearestName("Bone", kNodes), "Bona");
}

TEST(NearNameTest, SuggestsNothingForShortOrFarWords) {
  EXPECT_EQ(NearestName("", kNodes), "");
  EXPECT_EQ(NearestName("x", kNodes), "");
  EXPECT_EQ(NearestName("Prometheus", kNodes), "");
  EXPECT_EQ(NearestName("Clark", {}), "");
}

}  // namespace
}  // namespace proxyherd::tools
