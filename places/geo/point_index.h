// Finds the nearest points on the earth.
//
// A kd-tree (nanoflann) over unit vectors: the chord between two points on a sphere grows with the
// distance along it, so the poles and the date line need no special treatment. The tree searches in
// float32; the stored points decide (places/geo/candidates.h). Measurements:
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

namespace proxyherd::places {

// Immutable after construction, hence thread-safe. Does not own the points.
class PointIndex {
 public:
  using Hit = PointHit;

  // An empty index.
  PointIndex();
  ~PointIndex();
  PointIndex(PointIndex&&) noexcept;
  PointIndex& operator=(PointIndex&&) noexcept;

  // Builds the tree: about 0.4 s of CPU per million points, and 21 bytes per point. The points are
  // not copied: they must outlive this object and must not move. REQUIRES: at most 2^32 - 1 points.
  explicit PointIndex(absl::Span<const StoredPoint> points);

  // Returns the at most `limit` nearest points within `radius_m` (>= 0) for which `wanted` returns
  // true, nearest first; at equal distances in order of index. `wanted` is called with indexes of
  // nearby points in any order, at most once for each.
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

}  // namespace proxyherd::places
