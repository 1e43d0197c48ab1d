// What nanoflann makes of the same task, to be measured beside PointIndex.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "places/candidates.h"
#include "places/geo_point.h"

namespace proxyherd {

// Finds the same as PointIndex. Immutable after construction.
class NanoflannIndex {
 public:
  struct Options {
    size_t leaf_size = 10;  // at most so many points in a leaf
    // Whether the positions are put into the order of the leaves after building.
    bool by_leaf = false;
  };

  NanoflannIndex(absl::Span<const StoredPoint> points, const Options& options);
  ~NanoflannIndex();

  std::vector<PointHit> Nearest(const GeoPoint& center, double radius_m, size_t limit,
                                absl::FunctionRef<bool(uint32_t)> wanted) const;

 private:
  struct Tree;

  const absl::Span<const StoredPoint> points_;
  std::vector<std::array<float, 3>> positions_;
  std::vector<uint32_t> order_;  // when by leaf: the owner's index of each position
  std::unique_ptr<Tree> tree_;
};

}  // namespace proxyherd
