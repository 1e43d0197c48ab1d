// Compares the index with the simplest correct method: measure every distance, and sort.
#include "places/geo/point_index.h"

#include <gtest/gtest.h>

#include <GeographicLib/Geodesic.hpp>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <tuple>

namespace proxyherd::places {
namespace {

using Hit = PointIndex::Hit;

// The maximum relative difference between a distance on our sphere and the true one: along a
// meridian at the equator, the earth's radius of curvature is 6335.4 km.
constexpr double kEllipsoidPart = 0.0056;

bool Everything(uint32_t /*index*/) { return true; }

std::vector<Hit> BruteForce(const std::vector<StoredPoint>& points, const GeoPoint& center,
                            double radius_m, size_t limit,
                            absl::FunctionRef<bool(uint32_t)> wanted = Everything) {
  std::vector<Hit> hits;
  for (uint32_t i = 0; i < points.size(); ++i) {
    const double distance_m = DistanceM(center, Degrees(points[i]));
    if (distance_m <= radius_m && wanted(i)) hits.push_back({i, distance_m});
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return std::tie(a.distance_m, a.index) < std::tie(b.distance_m, b.index);
  });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

std::vector<StoredPoint> StoreAll(const std::vector<GeoPoint>& points) {
  std::vector<StoredPoint> stored;
  for (const GeoPoint& point : points) stored.push_back(Store(point));
  return stored;
}

class Earth {
 public:
  explicit Earth(uint32_t seed) : random_(seed) {}

  double Uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  size_t Below(size_t end) { return random_() % end; }

  // Returns a point within `spread` degrees of `middle`, folded back onto the sphere.
  GeoPoint Around(const GeoPoint& middle, double spread) {
    return {std::clamp(middle.latitude + Uniform(-spread, spread), -90.0, 90.0),
            std::remainder(middle.longitude + Uniform(-spread, spread), 360)};
  }

  // Returns points around `middle`; some of them in clusters, some at the same place as others.
  std::vector<StoredPoint> Points(const GeoPoint& middle, double spread) {
    std::vector<StoredPoint> points;
    const size_t count = Below(3000);
    GeoPoint cluster = middle;
    while (points.size() < count) {
      const size_t kind = Below(10);
      if (kind == 0) cluster = Around(middle, spread);
      if (kind < 3 && !points.empty()) {
        points.push_back(points[Below(points.size())]);
      } else if (kind < 6) {
        points.push_back(Store(Around(cluster, spread / 1000)));
      } else {
        points.push_back(Store(Around(middle, spread)));
      }
    }
    return points;
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
  for (uint32_t seed = 0; seed < 40; ++seed) {
    Earth earth(seed);
    const std::vector<StoredPoint> points = earth.Points(region.middle, region.spread);
    const PointIndex index(points);
    for (int query = 0; query < 20; ++query) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << ", query " << query);
      const GeoPoint center = query % 4 == 0 && !points.empty()
                                  ? Degrees(points[earth.Below(points.size())])
                                  : earth.Around(region.middle, region.spread);
      const double radius_m = std::pow(10, earth.Uniform(0, 7.4));
      const size_t limit = 1 + earth.Below(query % 5 == 0 ? 3000 : 30);
      EXPECT_EQ(index.Nearest(center, radius_m, limit),
                BruteForce(points, center, radius_m, limit));
      const uint32_t one_in = 1 + static_cast<uint32_t>(earth.Below(50));
      const auto wanted = [one_in](uint32_t i) { return i % one_in == 0; };
      EXPECT_EQ(index.Nearest(center, radius_m, limit, wanted),
                BruteForce(points, center, radius_m, limit, wanted));
    }
  }
}

TEST_P(PointIndexPropertyTest, VisitsAllWithin) {
  const Region& region = GetParam();
  for (uint32_t seed = 100; seed < 120; ++seed) {
    Earth earth(seed);
    const std::vector<StoredPoint> points = earth.Points(region.middle, region.spread);
    const PointIndex index(points);
    const GeoPoint center = earth.Around(region.middle, region.spread);
    const double radius_m = std::pow(10, earth.Uniform(1, 7.4));
    std::vector<Hit> hits;
    index.VisitWithin(center, radius_m, [&hits](const Hit& hit) { hits.push_back(hit); });
    std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
      return std::tie(a.distance_m, a.index) < std::tie(b.distance_m, b.index);
    });
    EXPECT_EQ(hits, BruteForce(points, center, radius_m, points.size())) << "seed " << seed;
  }
}

// A point that Nearest leaves out may be nearer on the ellipsoid, as GeographicLib measures, than
// one that it returns, but only by as much as the sphere differs from the ellipsoid.
TEST_P(PointIndexPropertyTest, AgreesWithTheEllipsoidAsFarAsASphereCan) {
  const Region& region = GetParam();
  const GeographicLib::Geodesic& wgs84 = GeographicLib::Geodesic::WGS84();
  for (uint32_t seed = 200; seed < 206; ++seed) {
    Earth earth(seed);
    const std::vector<StoredPoint> points = earth.Points(region.middle, region.spread);
    const PointIndex index(points);
    const GeoPoint center = earth.Around(region.middle, region.spread);
    const auto geodesic_m = [&](uint32_t i) {
      const GeoPoint point = Degrees(points[i]);
      double distance_m = 0;
      wgs84.Inverse(center.latitude, center.longitude, point.latitude, point.longitude, distance_m);
      return distance_m;
    };
    const std::vector<Hit> hits = index.Nearest(center, 3e7, 20);
    std::set<uint32_t> found;
    double farthest_m = 0;
    for (const Hit& hit : hits) {
      found.insert(hit.index);
      const double true_m = geodesic_m(hit.index);
      EXPECT_NEAR(hit.distance_m, true_m, hit.distance_m * kEllipsoidPart + 1e-6);
      // Among the found points, none follows one that is certainly farther.
      EXPECT_GE(true_m, farthest_m * (1 - 2 * kEllipsoidPart) - 1e-6);
      farthest_m = std::max(farthest_m, true_m);
    }
    for (uint32_t i = 0; i < points.size(); ++i) {
      if (found.contains(i)) continue;
      EXPECT_GE(geodesic_m(i), hits.back().distance_m * (1 - kEllipsoidPart) - 1e-6);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Regions, PointIndexPropertyTest,
    testing::Values(Region{"Everywhere", {0, 0}, 180}, Region{"NorthPole", {89.9, 0}, 0.3},
                    Region{"SouthPole", {-90, 0}, 180}, Region{"SouthPoleItself", {-90, 0}, 1e-5},
                    Region{"DateLine", {-17, 180}, 0.5},
                    Region{"DateLineAtTheEquator", {0, 180}, 1e-4},
                    Region{"Town", {34.0689, -118.4451}, 0.05}, Region{"House", {51.5, 0}, 1e-4}),
    [](const auto& info) { return info.param.name; });

TEST(DistanceTest, MeasuresKnownDistances) {
  // One degree of a great circle on the mean sphere.
  EXPECT_NEAR(DistanceM({0, 0}, {0, 1}), 111'195.08, 0.01);
  EXPECT_NEAR(DistanceM({0, 179.5}, {0, -179.5}), 111'195.08, 0.01);
  EXPECT_NEAR(DistanceM({89.5, 0}, {89.5, 180}), 111'195.08, 0.01);
  EXPECT_NEAR(DistanceM({90, 10}, {90, -120}), 0, 1e-6);
  EXPECT_NEAR(DistanceM({90, 0}, {-90, 0}), 20'015'114.4, 0.1);
}

TEST(DistanceTest, DiffersFromTheEllipsoidByAtMost056Percent) {
  const GeographicLib::Geodesic& wgs84 = GeographicLib::Geodesic::WGS84();
  Earth earth(1);
  for (int i = 0; i < 20'000; ++i) {
    const GeoPoint a = earth.Around({0, 0}, 180);
    const GeoPoint b = i % 2 == 0 ? earth.Around({0, 0}, 180) : earth.Around(a, 0.4);
    double true_m = 0;
    wgs84.Inverse(a.latitude, a.longitude, b.latitude, b.longitude, true_m);
    const double distance_m = DistanceM(a, b);
    EXPECT_NEAR(distance_m, true_m, distance_m * kEllipsoidPart + 1e-6);
  }
}

TEST(StoredPointTest, KeepsEveryDegreeToAHalfInTheSeventhDigit) {
  const std::pair<GeoPoint, StoredPoint> table[] = {
      {{90, 180}, {900'000'000, 1'800'000'000}},
      {{-90, -180}, {-900'000'000, -1'800'000'000}},
      {{34.0689, -118.4451}, {340'689'000, -1'184'451'000}},
      {{0.00000004, -0.00000006}, {0, -1}}};
  for (const auto& [point, stored] : table) {
    EXPECT_EQ(Store(point), stored);
    EXPECT_EQ(Store(Degrees(stored)), stored);
  }
}

TEST(PointIndexTest, TheRadiusIsExactAtItsRim) {
  const GeoPoint center{34.0689, -118.4451};
  const std::vector<StoredPoint> points = StoreAll({{34.1, -118.4}});
  const PointIndex index(points);
  const double distance_m = DistanceM(center, Degrees(points[0]));
  EXPECT_EQ(index.Nearest(center, distance_m, 1).size(), 1U);
  EXPECT_EQ(index.Nearest(center, std::nextafter(distance_m, 0), 1).size(), 0U);
}

TEST(PointIndexTest, ARadiusOfNothingFindsThePointItself) {
  const std::vector<StoredPoint> points = StoreAll({{10, 20}, {10, 20.0000001}, {10, 20}});
  const PointIndex index(points);
  EXPECT_EQ(index.Nearest({10, 20}, 0, 20), (std::vector<Hit>{{0, 0}, {2, 0}}));
}

TEST(PointIndexTest, EqualDistancesComeInOrderOfIndexHoweverManyThereAre) {
  for (const size_t count : {1U, 32U, 33U, 100U, 10'000U}) {
    const std::vector<StoredPoint> points(count, Store({10, 20}));
    const PointIndex index(points);
    const auto hits = index.Nearest({10, 20.001}, 1000, 20);
    ASSERT_EQ(hits.size(), std::min<size_t>(count, 20));
    for (uint32_t i = 0; i < hits.size(); ++i) EXPECT_EQ(hits[i].index, i);
  }
}

TEST(PointIndexTest, TheNearestOfTheWantedAreFoundBehindThousandsOfOthers) {
  std::vector<StoredPoint> points(5000, Store({10, 20}));
  points.push_back(Store({10.1, 20}));
  points.push_back(Store({10.05, 20}));
  const PointIndex index(points);
  const auto hits = index.Nearest({10, 20}, 50'000, 1, [](uint32_t i) { return i >= 5000; });
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].index, 5001U);
}

TEST(PointIndexTest, EachPointIsAskedForAtMostOnce) {
  Earth earth(7);
  const std::vector<StoredPoint> points = earth.Points({50, 10}, 1);
  std::vector<int> asked(points.size());
  PointIndex(points).Nearest({50, 10}, 3e7, 20, [&asked](uint32_t i) {
    ++asked[i];
    return i % 3 == 0;
  });
  EXPECT_LE(*std::max_element(asked.begin(), asked.end()), 1);
}

TEST(PointIndexTest, NothingIsFoundInNothing) {
  const std::vector<StoredPoint> one(1);
  EXPECT_TRUE(PointIndex().Nearest({0, 0}, 1e7, 20).empty());
  EXPECT_TRUE(PointIndex(absl::Span<const StoredPoint>()).Nearest({0, 0}, 1e7, 20).empty());
  EXPECT_TRUE(PointIndex(one).Nearest({0, 0}, 1e7, 0).empty());
}

TEST(PointIndexTest, WhatIsNoNumberFindsNothing) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<StoredPoint> points(100);
  const PointIndex index(points);
  EXPECT_TRUE(index.Nearest({nan, 0}, 1e7, 20).empty());
  EXPECT_TRUE(index.Nearest({0, nan}, 1e7, 20).empty());
  EXPECT_TRUE(index.Nearest({0, 0}, nan, 20).empty());
  EXPECT_TRUE(index.Nearest({0, 0}, -1, 20).empty());
}

TEST(PointIndexTest, AnIndexThatMovesStaysWhatItIs) {
  Earth earth(3);
  const std::vector<StoredPoint> points = earth.Points({0, 0}, 10);
  PointIndex first(points);
  const auto before = first.Nearest({0, 0}, 1e6, 20);
  const PointIndex second(std::move(first));
  EXPECT_EQ(second.Nearest({0, 0}, 1e6, 20), before);
}

}  // namespace
}  // namespace proxyherd::places
