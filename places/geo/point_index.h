// Finds the points nearest to a point of the earth.
//
// nanoflann's kd-tree over unit vectors: the straight line between two points on a sphere grows
// with the distance along it, so neither the poles nor the date line are special. What the tree
// finds by float32, the stored points judge (places/geo/candidates.h). Figures:
// docs/adr/0010-nanoflann.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "places/geo/candidates.h"
#include "places/geo/geo_point.h"

namespace proxyherd {

// Immutable after construction, and so thread-safe. The points themselves stay with their owner.
class PointIndex {
 public:
  using Hit = PointHit;

  // Finds nothing.
  PointIndex();
  ~PointIndex();
  PointIndex(PointIndex&&) noexcept;
  PointIndex& operator=(PointIndex&&) noexcept;

  // Builds the tree: about 0.4 s of CPU and 21 bytes a point for each million. The points are not
  // copied: they must stay where they are as long as this object is used. At most 2^32 - 1 points.
  explicit PointIndex(absl::Span<const StoredPoint> points);

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

  size_t size() const;

 private:
  struct Tree;

  std::unique_ptr<const Tree> tree_;  // null without points
};

}  // namespace proxyherd
