// Tests the middles of lines and areas, also where the earth's coordinates end.
#include "places/osm/osm_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace proxyherd::places {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

using Line = std::vector<GeoPoint>;

void ExpectPoint(const GeoPoint& point, double latitude, double longitude) {
  EXPECT_NEAR(point.latitude, latitude, 1e-9);
  EXPECT_NEAR(point.longitude, longitude, 1e-9);
}

Line Square(double south, double west, double edge) {
  return {{south, west},
          {south, west + edge},
          {south + edge, west + edge},
          {south + edge, west},
          {south, west}};
}

TEST(MiddleOfLineTest, NothingHasNoMiddle) {
  EXPECT_FALSE(MiddleOfLine({}));
  EXPECT_FALSE(MiddleOfRings({}));
  const std::vector<Line> empty(2);
  EXPECT_FALSE(MiddleOfRings(empty));
}

TEST(MiddleOfLineTest, OnePointIsItsOwnMiddle) {
  const auto middle = MiddleOfLine(Line{{34, -118}});
  ASSERT_TRUE(middle);
  ExpectPoint(middle->point, 34, -118);
  ExpectPoint(middle->box.low, 34, -118);
  ExpectPoint(middle->box.high, 34, -118);
}

TEST(MiddleOfLineTest, AnOpenLineHasItHalfWayAlongIt) {
  // A hook: the middle of its bounding box is not on it.
  const auto middle = MiddleOfLine(Line{{0, 0}, {0, 3}, {1, 3}});
  ASSERT_TRUE(middle);
  ExpectPoint(middle->point, 0, 2);
  ExpectPoint(middle->box.low, 0, 0);
  ExpectPoint(middle->box.high, 1, 3);
}

TEST(MiddleOfLineTest, PointsInTheSamePlaceAreNoProblem) {
  const auto middle = MiddleOfLine(Line{{1, 1}, {1, 1}, {1, 1}, {1, 1}});
  ASSERT_TRUE(middle);
  ExpectPoint(middle->point, 1, 1);
}

TEST(MiddleOfLineTest, AClosedLineHasItsCentroidInEitherDirection) {
  // An L of three unit squares.
  Line outline = {{0, 0}, {0, 2}, {1, 2}, {1, 1}, {2, 1}, {2, 0}, {0, 0}};
  for (int direction = 0; direction < 2; ++direction) {
    const auto middle = MiddleOfLine(outline);
    ASSERT_TRUE(middle);
    ExpectPoint(middle->point, 2.5 / 3, 2.5 / 3);
    std::reverse(outline.begin(), outline.end());
  }
}

TEST(MiddleOfLineTest, TheDateLineIsOrdinary) {
  const auto middle =
      MiddleOfLine(Line{{-17, 179.9}, {-17, -179.7}, {-16, -179.7}, {-16, 179.9}, {-17, 179.9}});
  ASSERT_TRUE(middle);
  ExpectPoint(middle->point, -16.5, -179.9);
  ExpectPoint(middle->box.low, -17, 179.9);
  ExpectPoint(middle->box.high, -16, -179.7);
}

TEST(MiddleOfRingsTest, AreasCountByTheirSize) {
  const std::vector<Line> rings = {Square(0, 0, 1), Square(0, 10, 2)};
  const auto middle = MiddleOfRings(rings);
  ASSERT_TRUE(middle);
  ExpectPoint(middle->point, (0.5 * 1 + 1 * 4) / 5, (0.5 * 1 + 11 * 4) / 5);
  ExpectPoint(middle->box.high, 2, 12);
}

TEST(MiddleOfRingsTest, WithoutAClosedRingItIsTheMiddleOfTheBox) {
  const std::vector<Line> rings = {{{0, 0}, {0, 2}}, {{4, 1}}};
  const auto middle = MiddleOfRings(rings);
  ASSERT_TRUE(middle);
  ExpectPoint(middle->point, 2, 1);
}

TEST(MiddleOfRingsTest, ItIsInTheBoxWhateverTheOutline) {
  std::mt19937 random(20261126);
  std::uniform_real_distribution<double> latitude(-90, 90);
  std::uniform_real_distribution<double> longitude(-180, 180);
  for (int round = 0; round < 2000; ++round) {
    Line line;
    for (size_t i = 0; i < 1 + random() % 8; ++i) {
      line.push_back({latitude(random), longitude(random)});
    }
    if (round % 2 == 0) line.push_back(line.front());
    const auto middle = MiddleOfLine(line);
    ASSERT_TRUE(middle);
    EXPECT_GE(middle->point.latitude, middle->box.low.latitude - 1e-9);
    EXPECT_LE(middle->point.latitude, middle->box.high.latitude + 1e-9);
    EXPECT_LE(std::abs(middle->point.longitude), 180);
    EXPECT_LE(std::abs(middle->box.low.longitude), 180);
    EXPECT_LE(std::abs(middle->box.high.longitude), 180);
  }
}

std::vector<std::vector<int64_t>> Join(const std::vector<std::vector<int64_t>>& lines) {
  const std::vector<absl::Span<const int64_t>> spans(lines.begin(), lines.end());
  return JoinLines(spans);
}

TEST(JoinLinesTest, PartsBecomeARingWhateverTheirDirection) {
  EXPECT_THAT(Join({{1, 2, 3}, {5, 4, 3}, {5, 1}}), ElementsAre(testing::SizeIs(6)));
  for (const auto& lines : std::vector<std::vector<std::vector<int64_t>>>{
           {{1, 2, 3}, {5, 4, 3}, {5, 1}}, {{3, 2, 1}, {3, 4, 5}, {1, 5}}}) {
    const auto joined = Join(lines);
    ASSERT_EQ(joined.size(), 1U);
    EXPECT_EQ(joined[0].front(), joined[0].back());
  }
}

TEST(JoinLinesTest, WhatIsClosedStaysAlone) {
  EXPECT_THAT(Join({{1, 2, 3, 1}, {7, 8, 9, 7}, {1, 4, 5, 1}}),
              UnorderedElementsAre(ElementsAre(1, 3, 2, 1), ElementsAre(7, 9, 8, 7),
                                   ElementsAre(1, 5, 4, 1)));
}

TEST(JoinLinesTest, AnIncompleteOutlineIsJoinedAtBothEnds) {
  const auto joined = Join({{2, 3}, {3, 4}, {1, 2}, {8, 9}, {}});
  ASSERT_EQ(joined.size(), 2U);
  EXPECT_THAT(joined[0], testing::AnyOf(ElementsAre(1, 2, 3, 4), ElementsAre(4, 3, 2, 1)));
  EXPECT_THAT(Join({}), IsEmpty());
  EXPECT_THAT(Join({{7}}), ElementsAre(ElementsAre(7)));
}

TEST(JoinLinesTest, NoNodeIsLostOrAddedWhateverTheLines) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::vector<int64_t>> lines(random() % 12);
    size_t steps = 0;
    for (auto& line : lines) {
      for (size_t i = 0; i < random() % 5; ++i) line.push_back(static_cast<int64_t>(random() % 6));
      steps += line.empty() ? 0 : line.size() - 1;
    }
    size_t joined_steps = 0;
    for (const auto& line : Join(lines)) joined_steps += line.size() - 1;
    EXPECT_EQ(joined_steps, steps) << round;
  }
}

}  // namespace
}  // namespace proxyherd::places
