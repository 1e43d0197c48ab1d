// Tests rounding, counting and clustering of positions.
#include "page/map_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace proxyherd::page {
namespace {

MapSnapshot Of(const std::vector<Coordinates>& places, bool points = false,
               size_t max_cells = GridBuilder::kMaxCells,
               size_t max_points = GridBuilder::kMaxPoints) {
  GridBuilder builder(points, max_cells, max_points);
  int number = 0;
  for (const Coordinates& at : places) builder.Add(at, "client-" + std::to_string(++number));
  return builder.Build(1);
}

uint64_t Sum(const std::vector<Cluster>& clusters) {
  uint64_t sum = 0;
  for (const Cluster& cluster : clusters) sum += cluster.clients;
  return sum;
}

TEST(MapGrid, EveryPlaceOfTheEarthHasACell) {
  EXPECT_EQ(CellOf({-90, -180}), (GridCell{0, 0, 0}));
  EXPECT_EQ(CellOf({90, 180}), (GridCell{kGridRows - 1, kGridColumns - 1, 0}));
  EXPECT_EQ(CellOf({0, 0}), (GridCell{900, 1800, 0}));
  EXPECT_EQ(CellOf({-1e-9, -1e-9}), (GridCell{899, 1799, 0}));
}

TEST(MapGrid, WhatIsShownOfAPlaceIsTheMiddleOfItsCell) {
  for (const Coordinates at : {Coordinates{34.068930, -118.445127}, {-33.9, 18.4}, {0.01, 0.01}}) {
    const GridCell cell = CellOf(at);
    const Coordinates middle = MiddleOf(cell.row, cell.column, 0);
    EXPECT_LE(std::abs(middle.latitude - at.latitude), 0.0500001);
    EXPECT_LE(std::abs(middle.longitude - at.longitude), 0.0500001);
    EXPECT_EQ(CellOf(middle), cell);
  }
}

TEST(MapGrid, CountsClientsOfACell) {
  const MapSnapshot map = Of({{34.01, -118.41}, {34.09, -118.49}, {-5, 10}});
  EXPECT_EQ(map.clients, 3U);
  ASSERT_EQ(map.cells.size(), 2U);
  EXPECT_EQ(map.cells[0].clients, 1U);  // from the south
  EXPECT_EQ(map.cells[1].clients, 2U);
}

TEST(MapGrid, TooManyCellsBecomeLargerOnesAndNobodyIsLost) {
  std::vector<Coordinates> places;
  for (int i = 0; i < 5000; ++i) places.push_back({-80 + (i % 100) * 1.5, -170 + (i / 100) * 6.5});
  const MapSnapshot map = Of(places, false, 64);
  EXPECT_GT(map.level, 0);
  EXPECT_LE(map.cells.size(), 64U);
  EXPECT_EQ(Sum(Clusters(map, {}, 0, 1000)), 5000U);
}

TEST(Clusters, AreNoMoreThanAskedForAndHoldEverybody) {
  std::vector<Coordinates> places;
  for (int i = 0; i < 10'000; ++i) places.push_back({-85.0 + i % 171, -179.0 + i * 7 % 358});
  const MapSnapshot map = Of(places);
  for (const size_t max : {1000U, 100U, 30U}) {
    const auto clusters = Clusters(map, {}, 0, max);
    EXPECT_LE(clusters.size(), max);
    EXPECT_EQ(Sum(clusters), 10'000U) << max;
  }
}

TEST(Clusters, OfBoxesSideBySideAreEverybodyOnce) {
  const MapSnapshot map = Of({{10, 10}, {10.2, 10.2}, {-10, -10}, {45, 0.0}, {45, -0.0001}});
  EXPECT_EQ(Sum(Clusters(map, {-180, -90, 0, 90}, 0, 100)) +
                Sum(Clusters(map, {0, -90, 180, 90}, 0, 100)),
            5U);
}

TEST(Clusters, LieWhereMostOfTheirClientsAre) {
  const MapSnapshot map = Of({{10.05, 10.05}, {10.05, 10.05}, {10.05, 10.05}, {10.45, 10.05}});
  const auto clusters = Clusters(map, {}, 5, 100);
  ASSERT_EQ(clusters.size(), 1U);
  EXPECT_NEAR(clusters[0].middle.latitude, 10.15, 1e-6);
  EXPECT_EQ(clusters[0].clients, 4U);
}

TEST(PointsIn, AreOnlyThereWhenTheyMayBeKnown) {
  bool complete = true;
  EXPECT_TRUE(PointsIn(Of({{1, 1}}), {}, 10, complete).empty());
  EXPECT_FALSE(complete);
  const MapSnapshot map = Of({{1, 1}, {2, 2}, {3, 3}}, true);
  const auto points = PointsIn(map, {0, 1.5, 10, 10}, 10, complete);
  EXPECT_TRUE(complete);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0]->client, "client-2");
}

TEST(PointsIn, TooManyForABoxOrForTheNodeAreOnlyCounted) {
  bool complete = true;
  EXPECT_TRUE(PointsIn(Of({{1, 1}, {2, 2}, {3, 3}}, true), {}, 2, complete).empty());
  EXPECT_FALSE(complete);
  const MapSnapshot map = Of({{1, 1}, {2, 2}, {3, 3}}, true, 100, 2);
  EXPECT_FALSE(map.has_points);
  EXPECT_TRUE(map.points.empty());
  EXPECT_EQ(map.clients, 3U);
}

}  // namespace
}  // namespace proxyherd::page
