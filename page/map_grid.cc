#include "page/map_grid.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace proxyherd::page {
namespace {

uint16_t Clamped(double value, int end) {
  return static_cast<uint16_t>(std::clamp(static_cast<int>(std::floor(value)), 0, end - 1));
}

struct Sum {
  double latitude = 0;
  double longitude = 0;
  uint64_t clients = 0;
};

}  // namespace

GridCell CellOf(Coordinates at) {
  return {Clamped((at.latitude + 90) * kCellsPerDegree, kGridRows),
          Clamped((at.longitude + 180) * kCellsPerDegree, kGridColumns), 0};
}

Coordinates MiddleOf(uint32_t row, uint32_t column, int level) {
  const double size = std::ldexp(1.0 / kCellsPerDegree, level);
  return {std::min((row + 0.5) * size - 90, 90.0), std::min((column + 0.5) * size - 180, 180.0)};
}

void GridBuilder::Add(Coordinates at, std::string_view client) {
  ++clients_;
  ++counts_[KeyOf(CellOf(at))];
  while (counts_.size() > max_cells_ && level_ < kMaxGridLevel) Coarsen();
  if (!has_points_) return;
  if (points_.size() == max_points_) {
    has_points_ = false;
    points_ = {};
    return;
  }
  points_.push_back({at, std::string(client)});
}

void GridBuilder::Coarsen() {
  ++level_;
  absl::flat_hash_map<uint32_t, uint32_t> coarse;
  for (const auto& [key, clients] : counts_) {
    coarse[key / kGridColumns / 2 * kGridColumns + key % kGridColumns / 2] += clients;
  }
  counts_ = std::move(coarse);
}

MapSnapshot GridBuilder::Build(uint64_t version) {
  MapSnapshot map;
  map.version = version;
  map.clients = clients_;
  map.level = level_;
  map.cells.reserve(counts_.size());
  for (const auto& [key, clients] : counts_) {
    map.cells.push_back({static_cast<uint16_t>(key / kGridColumns),
                         static_cast<uint16_t>(key % kGridColumns), clients});
  }
  std::sort(map.cells.begin(), map.cells.end(), [](const GridCell& a, const GridCell& b) {
    return std::pair(a.row, a.column) < std::pair(b.row, b.column);
  });
  map.has_points = has_points_;
  map.points = std::move(points_);
  std::sort(map.points.begin(), map.points.end(), [](const GridPoint& a, const GridPoint& b) {
    return std::tie(a.at.latitude, a.client) < std::tie(b.at.latitude, b.client);
  });
  return map;
}

std::vector<Cluster> Clusters(const MapSnapshot& map, const MapBox& box, int level,
                              size_t max_clusters) {
  // A cell belongs to the box that contains its centre, so that adjacent boxes share no cell.
  for (int at = std::max(level, map.level);; ++at) {
    const int shift = at - map.level;
    std::map<uint32_t, Sum> sums;
    for (const GridCell& cell : map.cells) {
      const Coordinates middle = MiddleOf(cell.row, cell.column, map.level);
      if (middle.latitude > box.north) break;
      if (!box.Holds(middle)) continue;
      Sum& sum =
          sums[(uint32_t{cell.row} >> shift) * kGridColumns + (uint32_t{cell.column} >> shift)];
      sum.latitude += middle.latitude * cell.clients;
      sum.longitude += middle.longitude * cell.clients;
      sum.clients += cell.clients;
      if (sums.size() > max_clusters && at < kMaxGridLevel) break;
    }
    if (sums.size() > max_clusters && at < kMaxGridLevel) continue;
    std::vector<Cluster> clusters;
    for (const auto& [key, sum] : sums) {
      const auto clients = static_cast<double>(sum.clients);
      clusters.push_back({{sum.latitude / clients, sum.longitude / clients}, sum.clients});
      if (clusters.size() == max_clusters) break;
    }
    return clusters;
  }
}

std::vector<const GridPoint*> PointsIn(const MapSnapshot& map, const MapBox& box, size_t max_points,
                                       bool& complete) {
  std::vector<const GridPoint*> points;
  complete = map.has_points;
  if (!complete) return points;
  auto point =
      std::lower_bound(map.points.begin(), map.points.end(), box.south,
                       [](const GridPoint& one, double south) { return one.at.latitude < south; });
  for (; point != map.points.end() && point->at.latitude <= box.north; ++point) {
    if (!box.Holds(point->at)) continue;
    if (points.size() == max_points) {
      complete = false;
      return {};
    }
    points.push_back(&*point);
  }
  return points;
}

}  // namespace proxyherd::page
