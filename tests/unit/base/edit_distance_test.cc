// Tests distances that can be counted by hand.
#include "base/edit_distance.h"

#include <gtest/gtest.h>

namespace proxyherd {
namespace {

TEST(EditDistanceTest, ItCountsWhatIsAddedRemovedAndReplaced) {
  struct Row {
    const char* a;
    const char* b;
    size_t distance;
  };
  const Row table[] = {{"", "", 0},         {"", "cafe", 4},      {"cafe", "cafe", 0},
                       {"cafe", "safe", 1}, {"cafe", "cafes", 1}, {"kitten", "sitting", 3},
                       {"ab", "ba", 2},     {"Cafe", "cafe", 1}};
  for (const Row& row : table) {
    EXPECT_EQ(EditDistance(row.a, row.b), row.distance) << row.a << " " << row.b;
    EXPECT_EQ(EditDistance(row.b, row.a), row.distance) << row.b << " " << row.a;
  }
}

}  // namespace
}  // namespace proxyherd
