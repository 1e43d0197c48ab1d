// Counts the clients in the cells of a grid, and joins cells to clusters for a map.
//
// A cell is a tenth of a degree high and wide (some 11 km), which is the resolution of the page
// without --page_details.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/iso6709.h"

namespace proxyherd::page {

inline constexpr int kCellsPerDegree = 10;
inline constexpr int kGridColumns = 360 * kCellsPerDegree;
inline constexpr int kGridRows = 180 * kCellsPerDegree;
inline constexpr int kMaxGridLevel = 9;  // at this level the world has some 7 x 4 cells

// A cell of the grid. Each level doubles the size of the cells.
struct GridCell {
  uint16_t row = 0;     // from the south
  uint16_t column = 0;  // from 180 degrees west
  uint32_t clients = 0;
  bool operator==(const GridCell&) const = default;
};

// Returns a point's cell of level 0. Poles and the antimeridian belong to the last cells.
GridCell CellOf(Coordinates at);
// Returns the centre of a cell of the given level.
Coordinates MiddleOf(uint32_t row, uint32_t column, int level);

// One client; used only if exact positions may be shown.
struct GridPoint {
  Coordinates at;
  std::string client;
};

// Cells with clients, from south to north, then from west to east. Immutable once made.
struct MapSnapshot {
  uint64_t version = 0;
  uint64_t clients = 0;
  int level = 0;  // of the cells
  std::vector<GridCell> cells;
  std::vector<GridPoint> points;  // by latitude
  bool has_points = false;        // `points` contains all clients
};

// Counts clients in bounded memory, however many there are. No I/O. Not thread-safe.
class GridBuilder {
 public:
  // With more cells than this the cell size is doubled: 262,144 x 12 bytes while counting.
  static constexpr size_t kMaxCells = size_t{1} << 18;
  // With more clients than this only counts are kept; a point takes some 100 bytes.
  static constexpr size_t kMaxPoints = 100'000;

  explicit GridBuilder(bool keep_points, size_t max_cells = kMaxCells,
                       size_t max_points = kMaxPoints)
      : max_cells_(max_cells), max_points_(max_points), has_points_(keep_points) {}

  void Add(Coordinates at, std::string_view client);
  MapSnapshot Build(uint64_t version);

 private:
  uint32_t KeyOf(const GridCell& cell) const {
    return (uint32_t{cell.row} >> level_) * kGridColumns + (uint32_t{cell.column} >> level_);
  }
  void Coarsen();

  const size_t max_cells_;
  const size_t max_points_;
  int level_ = 0;
  uint64_t clients_ = 0;
  absl::flat_hash_map<uint32_t, uint32_t> counts_;
  bool has_points_;
  std::vector<GridPoint> points_;
};

// A part of the map, in degrees.
struct MapBox {
  double west = -180;
  double south = -90;
  double east = 180;
  double north = 90;
  bool Holds(Coordinates at) const {
    return at.longitude >= west && at.longitude <= east && at.latitude >= south &&
           at.latitude <= north;
  }
};

// Clients that are close to each other.
struct Cluster {
  Coordinates middle;  // of its cells, weighted by their clients
  uint64_t clients = 0;
};

// Returns the clients in a box, as at most `max_clusters` clusters no smaller than `level`'s cells.
std::vector<Cluster> Clusters(const MapSnapshot& map, const MapBox& box, int level,
                              size_t max_clusters);

// Returns the clients in a box and sets `complete` to true; none and false if there are more than
// `max_points`, or if the snapshot does not have all points.
std::vector<const GridPoint*> PointsIn(const MapSnapshot& map, const MapBox& box, size_t max_points,
                                       bool& complete);

}  // namespace proxyherd::page
