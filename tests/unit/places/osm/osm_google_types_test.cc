// Every type that a tag can give is one of Google's.
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "places/data/embedded_tables.h"
#include "places/osm/osm_refinements.h"
#include "places/provider/google_types.h"

namespace proxyherd {
namespace {

TEST(OsmGoogleTypesTest, TheTableNamesOnlyTypesOfGoogle) {
  for (const absl::string_view line : OsmToGoogleLines()) {
    const std::pair<absl::string_view, absl::string_view> halves = absl::StrSplit(line, '|');
    const std::vector<absl::string_view> types = absl::StrSplit(halves.second, ' ');
    EXPECT_FALSE(types.empty()) << line;
    for (const absl::string_view type : types) {
      EXPECT_TRUE(IsTableA(type) || IsTableB(type)) << line << ": " << type;
    }
  }
}

// They become primary types, and so can be asked for, but for the plain kind `health`.
TEST(OsmGoogleTypesTest, RefinementsAreOfTableA) {
  for (const absl::string_view type : AllOsmRefinementTypes()) {
    EXPECT_TRUE(IsTableA(type) || type == "health") << type;
  }
}

}  // namespace
}  // namespace proxyherd
