// The index against the simplest thing that can be right: measure every distance, sort.
#include "places/point_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string>

namespace proxyherd {
namespace {

// Far below anything that matters, far above what the arithmetic loses.
constexpr double kToleranceM = 1e-5;

std::vector<PointIndex::Hit> BruteForce(const std::vector<GeoPoint>& points, const GeoPoint& center,
                                        double radius_m, size_t limit) {
  std::vector<PointIndex::Hit> hits;
  for (size_t i = 0; i < points.size(); ++i) {
    const double distance_m = DistanceM(center, points[i]);
    if (distance_m <= radius_m) hits.push_back({static_cast<uint32_t>(i), distance_m});
  }
  std::sort(hits.begin(), hits.end(),
            [](const auto& a, const auto& b) { return a.distance_m < b.distance_m; });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

// The distances of the points found, each measured afresh, must be the right ones. (Which of
// several points at one distance is taken is told by a test of its own below.)
void ExpectSame(const std::vector<GeoPoint>& points, const std::vector<PointIndex::Hit>& actual,
                const std::vector<PointIndex::Hit>& expected, const GeoPoint& center) {
  SCOPED_TRACE(testing::Message() << center.latitude << " " << center.longitude);
  ASSERT_EQ(actual.size(), expected.size());
  std::set<uint32_t> indices;
  for (size_t i = 0; i < actual.size(); ++i) {
    EXPECT_NEAR(actual[i].distance_m, expected[i].distance_m, kToleranceM);
    EXPECT_NEAR(DistanceM(center, points.at(actual[i].index)), expected[i].distance_m, kToleranceM);
    EXPECT_TRUE(indices.insert(actual[i].index).second) << "found twice";
  }
}

class Earth {
 public:
  explicit Earth(uint32_t seed) : random_(seed) {}

  double Uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }

  // Around `middle`, to `spread` degrees in each direction, folded back onto the sphere.
  GeoPoint Around(const GeoPoint& middle, double spread) {
    return {std::clamp(middle.latitude + Uniform(-spread, spread), -90.0, 90.0),
            std::remainder(middle.longitude + Uniform(-spread, spread), 360)};
  }

 private:
  std::mt19937 random_;
};

struct Region {
  std::string name;
  GeoPoint middle;
  double spread;
};

class PointIndexPropertyTest : public testing::TestWithParam<Region> {};

TEST_P(PointIndexPropertyTest, FindsWhatMeasuringEveryDistanceFinds) {
  const Region& region = GetParam();
  for (uint32_t seed = 0; seed < 10; ++seed) {
    Earth earth(seed);
    std::vector<GeoPoint> points;
    const auto count = static_cast<size_t>(earth.Uniform(0, 3000));
    for (size_t i = 0; i < count; ++i) points.push_back(earth.Around(region.middle, region.spread));
    const PointIndex index(points);
    for (int query = 0; query < 40; ++query) {
      const GeoPoint center = earth.Around(region.middle, region.spread);
      const double radius_m = std::pow(10, earth.Uniform(0, 7.4));
      const auto limit = static_cast<size_t>(earth.Uniform(1, 30));
      ExpectSame(points, index.Nearest(center, radius_m, limit),
                 BruteForce(points, center, radius_m, limit), center);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Regions, PointIndexPropertyTest,
                         testing::Values(Region{"Everywhere", {0, 0}, 180},
                                         Region{"NorthPole", {89.9, 0}, 0.3},
                                         Region{"SouthPole", {-90, 0}, 180},
                                         Region{"DateLine", {-17, 180}, 0.5},
                                         Region{"Town", {34.0689, -118.4451}, 0.05}),
                         [](const auto& info) { return info.param.name; });

TEST(DistanceTest, MeasuresKnownDistances) {
  // One degree of a great circle on the mean sphere.
  EXPECT_NEAR(DistanceM({0, 0}, {0, 1}), 111'195.08, 0.01);
  EXPECT_NEAR(DistanceM({0, 179.5}, {0, -179.5}), 111'195.08, 0.01);
  EXPECT_NEAR(DistanceM({89.5, 0}, {89.5, 180}), 111'195.08, 0.01);
  EXPECT_NEAR(DistanceM({90, 10}, {90, -120}), 0, 1e-6);
  EXPECT_NEAR(DistanceM({90, 0}, {-90, 0}), 20'015'114.4, 0.1);
}

TEST(PointIndexTest, TheRadiusIsExactAtItsRim) {
  const GeoPoint center{34.0689, -118.4451};
  const std::vector<GeoPoint> points{{34.1, -118.4}};
  const PointIndex index(points);
  const double distance_m = DistanceM(center, points[0]);
  EXPECT_EQ(index.Nearest(center, distance_m + 0.001, 1).size(), 1U);
  EXPECT_EQ(index.Nearest(center, distance_m - 0.001, 1).size(), 0U);
}

TEST(PointIndexTest, EqualDistancesComeInOrderOfIndex) {
  const PointIndex index(std::vector<GeoPoint>(100, GeoPoint{10, 20}));
  const auto hits = index.Nearest({10, 20.001}, 1000, 7);
  ASSERT_EQ(hits.size(), 7U);
  for (uint32_t i = 0; i < hits.size(); ++i) EXPECT_EQ(hits[i].index, i);
}

TEST(PointIndexTest, NothingIsFoundInNothing) {
  EXPECT_TRUE(PointIndex().Nearest({0, 0}, 1e7, 20).empty());
  EXPECT_TRUE(PointIndex(std::vector<GeoPoint>{{0, 0}}).Nearest({0, 0}, 1e7, 0).empty());
}

}  // namespace
}  // namespace proxyherd
