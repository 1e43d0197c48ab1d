// Finds the points nearest to a point of the earth.
//
// A flat kd-tree over unit vectors: the straight line between two points on a sphere grows with the
// distance along it, so neither the poles nor the date line are special.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace proxyherd {

// Degrees; latitude in [-90, 90], longitude in [-180, 180].
struct GeoPoint {
  double latitude = 0;
  double longitude = 0;
};

// The sphere on which distances are measured: the earth's mean radius (IUGG). The true distance on
// the ellipsoid differs by at most about 0.5 %.
inline constexpr double kEarthRadiusM = 6'371'008.8;

// Great-circle distance in metres, by the haversine formula.
double DistanceM(const GeoPoint& a, const GeoPoint& b);

// Immutable after construction, and so thread-safe.
class PointIndex {
 public:
  struct Hit {
    uint32_t index;     // of the point, in the vector given to the constructor
    double distance_m;  // equal to DistanceM to within a micrometre
  };

  PointIndex() = default;
  // At most 2^32 points.
  explicit PointIndex(const std::vector<GeoPoint>& points);

  // The at most `limit` nearest points whose distance is at most `radius_m` (>= 0), nearest first;
  // equal distances in order of index.
  std::vector<Hit> Nearest(const GeoPoint& center, double radius_m, size_t limit) const;

  size_t size() const { return nodes_.size(); }

 private:
  class Search;

  struct Node {
    std::array<double, 3> position;  // unit vector
    uint32_t index;
    uint8_t axis;  // the one that splits, where this node is the middle of its range
  };

  void Split(size_t begin, size_t end);

  // A range's middle node splits it: what lies before is not greater on its axis, what lies behind
  // not less. Ranges of at most kLeafSize are not split.
  std::vector<Node> nodes_;
};

}  // namespace proxyherd
