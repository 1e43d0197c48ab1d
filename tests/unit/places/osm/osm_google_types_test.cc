// Tests that every type that a tag can give is one of Google's.
#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

#include "base/split.h"
#include "places/data/embedded_tables.h"
#include "places/osm/osm_refinements.h"
#include "places/provider/google_types.h"

namespace proxyherd::places {
namespace {

TEST(OsmGoogleTypesTest, TheTableNamesOnlyTypesOfGoogle) {
  for (const std::string_view line : OsmToGoogleLines()) {
    const std::pair<std::string_view, std::string_view> halves = Split(line, '|');
    const std::vector<std::string_view> types = Split(halves.second, ' ');
    EXPECT_FALSE(types.empty()) << line;
    for (const std::string_view type : types) {
      EXPECT_TRUE(IsTableA(type) || IsTableB(type)) << line << ": " << type;
    }
  }
}

// Refinements become primary types, so a search must accept all but the general `health`.
TEST(OsmGoogleTypesTest, RefinementsAreOfTableA) {
  for (const std::string_view type : AllOsmRefinementTypes()) {
    EXPECT_TRUE(IsTableA(type) || type == "health") << type;
  }
}

}  // namespace
}  // namespace proxyherd::places
