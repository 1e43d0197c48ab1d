// Tests plus codes with the vectors that the standard publishes.
#include "places/geo/plus_code.h"

#include <gtest/gtest.h>

#include <string>

namespace proxyherd::places {
namespace {

struct Case {
  double latitude;
  double longitude;
  std::string code;
};

class PlusCodeTest : public testing::TestWithParam<Case> {};

TEST_P(PlusCodeTest, EncodesAsTheStandardDoes) {
  EXPECT_EQ(PlusCode(GetParam().latitude, GetParam().longitude), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(Standard, PlusCodeTest,
                         testing::Values(Case{20.3700625, 2.7821875, "7FG49QCJ+2V"},
                                         Case{47.0000625, 8.0000625, "8FVC2222+22"},
                                         Case{-41.2730625, 174.7859375, "4VCPPQGP+Q9"},
                                         Case{-89.9999375, -179.9999375, "22222222+22"},
                                         Case{1.2, 3.4, "6FH56C22+22"}));

// Decimals without an exact binary fraction, on the edge of a cell.
INSTANTIATE_TEST_SUITE_P(Edges, PlusCodeTest,
                         testing::Values(Case{35.6, 3.033, "8F75J22M+26"},
                                         Case{-37.014, -159.936, "43J2X3P7+CJ"},
                                         Case{-25.798, -59.812, "5862652Q+R6"}));

INSTANTIATE_TEST_SUITE_P(Limits, PlusCodeTest,
                         testing::Values(Case{90, 1, "CFX3X2X2+X2"}, Case{1, 180, "62H22222+22"},
                                         Case{1, -180, "62H22222+22"},
                                         Case{-90, -180, "22222222+22"}));

}  // namespace
}  // namespace proxyherd::places
