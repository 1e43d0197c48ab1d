// Tests the requests that a page may make.
#include "page/requests.h"

#include <gtest/gtest.h>

namespace proxyherd::page {
namespace {

TEST(QueryValue, IsDecoded) {
  EXPECT_EQ(QueryValue("id=a%20b%3Cc&x=1", "id"), "a b<c");
  EXPECT_EQ(QueryValue("x=1&id=", "id"), "");
  EXPECT_EQ(QueryValue("a=1&a=2", "a"), "1");
  EXPECT_EQ(QueryValue("id=%00", "id"), std::string(1, '\0'));
}

TEST(QueryValue, IsNothingWhenThereIsNoneOrItIsBroken) {
  for (const char* query :
       {"", "&", "&&&", "=", "idx=1", "id", "xid=1", "id=%", "id=%4", "id=%zz"}) {
    EXPECT_FALSE(QueryValue(query, "id").has_value()) << query;
  }
}

TEST(ReadMapQuestion, TakesABoxAndALevel) {
  const auto question = ReadMapQuestion("box=-180,-90,180,90&level=3");
  ASSERT_TRUE(question.has_value());
  EXPECT_EQ(question->box.west, -180);
  EXPECT_EQ(question->box.north, 90);
  EXPECT_EQ(question->level, 3);
}

TEST(ReadMapQuestion, RefusesNonsense) {
  for (const char* query :
       {"", "box=1,2,3&level=0", "box=1,2,3,4,5&level=0", "box=1,2,3,4", "box=1,2,3,4&level=10",
        "box=1,2,3,4&level=-1", "box=3,2,1,4&level=0", "box=1,4,3,2&level=0",
        "box=nan,nan,nan,nan&level=0", "box=1e9,2,3,4&level=0", "box=,,,&level=0",
        "box=1,2,3,00000000000000000000000000000000000004&level=0", "box=--1,2,3,4&level=0",
        "box=1,2,3,4&level=999999999999"}) {
    EXPECT_FALSE(ReadMapQuestion(query).has_value()) << query;
  }
}

TEST(ReadSpotQuestion, StaysOnTheEarthAndNear) {
  EXPECT_TRUE(ReadSpotQuestion("at=34.05,-118.4&radius=5000").has_value());
  for (const char* query :
       {"at=91,0&radius=1", "at=0,181&radius=1", "at=0,0&radius=0", "at=0,0&radius=50001", "at=0,0",
        "radius=1", "at=0&radius=1", "at=0,0&radius=inf"}) {
    EXPECT_FALSE(ReadSpotQuestion(query).has_value()) << query;
  }
}

TEST(IsConsoleLine, IsOneLineOfTheTwoCommands) {
  for (const char* line : {"IAMAT a +1+1 1", "WHATSAT a 10 5", "  IAMAT x", "WHATSAT"}) {
    EXPECT_TRUE(IsConsoleLine(line)) << line;
  }
  for (const char* line :
       {"", " ", "iamat a", "AT Clark", "IAMATX a", "IAMAT a\nIAMAT b", "IAMAT a\r", "GET /"}) {
    EXPECT_FALSE(IsConsoleLine(line)) << line;
  }
  EXPECT_FALSE(IsConsoleLine("IAMAT " + std::string(kMaxConsoleLineBytes, 'x')));
}

}  // namespace
}  // namespace proxyherd::page
