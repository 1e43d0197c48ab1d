// Finds the points nearest to a point of the earth.
//
// A kd-tree over unit vectors: the straight line between two points on a sphere grows with the
// distance along it, so neither the poles nor the date line are special. The tree is flat arrays
// without pointers: they can be written to a file and used where the file is mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "places/geo_point.h"

namespace proxyherd {

// Immutable after construction, and so thread-safe. The points themselves stay with their owner.
class PointIndex {
 public:
  struct Hit {
    uint32_t index;     // of the point, in the owner's order
    double distance_m;  // DistanceM of the stored point

    bool operator==(const Hit&) const = default;
  };

  // An inner node of the tree: it halves its points, those in the first half are not greater on the
  // axis, those in the second not less.
  struct Split {
    float value;
    uint32_t axis;  // 0 to 2
  };

  // What the tree is made of, for n points. In the byte order of this machine.
  struct Arrays {
    absl::Span<const float> positions;  // 3 n: for each leaf all x, all y, all z of its points
    absl::Span<const uint32_t> order;   // n: the owner's index of each point, leaf after leaf
    absl::Span<const Split> splits;     // InnerNodes(n): the root, its two children, theirs, ...
  };

  PointIndex() = default;
  PointIndex(PointIndex&&) = default;
  PointIndex& operator=(PointIndex&&) = default;

  // Builds the tree. The points are not copied: they must stay where they are as long as this
  // object is used. At most 2^32 - 1 points.
  explicit PointIndex(absl::Span<const StoredPoint> points);

  // Uses arrays that an index over the same points gave, without copying: they must stay where they
  // are, too. DATA_LOSS when they do not fit the points in number or form; that they are the right
  // ones is for the caller to know (a wrong tree finds too little, but reads nothing amiss).
  static absl::StatusOr<PointIndex> Attach(absl::Span<const StoredPoint> points,
                                           const Arrays& arrays);

  // Valid as long as this object, or what it is moved to.
  Arrays arrays() const { return arrays_; }

  // The at most `limit` nearest points that are wanted and whose distance is at most `radius_m`
  // (>= 0), nearest first; equal distances in order of index. `wanted` is called for points of the
  // neighbourhood in any order, at most once for each, and says whether the one with this index may
  // be found.
  std::vector<Hit> Nearest(const GeoPoint& center, double radius_m, size_t limit,
                           absl::FunctionRef<bool(uint32_t)> wanted) const;
  std::vector<Hit> Nearest(const GeoPoint& center, double radius_m, size_t limit) const;

  // Calls `visit` for every point whose distance is at most `radius_m`, in any order.
  void VisitWithin(const GeoPoint& center, double radius_m,
                   absl::FunctionRef<void(const Hit&)> visit) const;

  size_t size() const { return points_.size(); }

  // Of an index over `points` points.
  static size_t InnerNodes(size_t points);

  // Memory of the index itself; the owner's points are not counted.
  size_t MemoryBytes() const;

 private:
  absl::Span<const StoredPoint> points_;
  Arrays arrays_;  // of the vectors below, or of a file
  std::vector<float> positions_;
  std::vector<uint32_t> order_;
  std::vector<Split> splits_;
};

}  // namespace proxyherd
