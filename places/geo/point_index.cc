#include "places/geo/point_index.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <nanoflann.hpp>

namespace proxyherd::places {
namespace {

using Hit = PointIndex::Hit;
using Positions = std::vector<std::array<float, 3>>;

// Below this number of points, examining each is faster than deciding which to skip. With smaller
// leaves the nodes of the tree would also take more memory than the points.
constexpr size_t kLeafSize = 32;

// Through this adapter nanoflann reads the positions.
struct PositionSource {
  Positions all;

  size_t kdtree_get_point_count() const { return all.size(); }
  float kdtree_get_pt(size_t index, size_t axis) const { return all[index][axis]; }
  template <typename Box>
  bool kdtree_get_bbox(Box& /*box*/) const {
    return false;
  }
};

// The result set of a search by nanoflann, which searches up to `bound`; this may fall during the
// search.
template <typename Add>
struct Results {
  using DistanceType = float;

  const float& bound;
  const Add& add;

  float worstDist() const { return bound; }
  bool full() const { return true; }
  bool addPoint(float square, uint32_t index) {
    add(square, index);
    return true;
  }
  void sort() {}  // Candidates sorts
};

Positions UnitVectors(absl::Span<const StoredPoint> points) {
  assert(points.size() <= std::numeric_limits<uint32_t>::max());
  Positions positions;
  positions.reserve(points.size());
  for (const StoredPoint& point : points) positions.push_back(UnitVector(Degrees(point)));
  return positions;
}

}  // namespace

struct PointIndex::Tree {
  using Metric = nanoflann::L2_Simple_Adaptor<float, PositionSource, float>;
  using Index = nanoflann::KDTreeSingleIndexAdaptor<Metric, PositionSource, 3, uint32_t>;

  explicit Tree(absl::Span<const StoredPoint> points_in)
      : points(points_in),
        positions{UnitVectors(points)},
        index(3, positions, nanoflann::KDTreeSingleIndexAdaptorParams(kLeafSize)) {}

  // Calls `add` for every point whose squared chord is at most `bound`.
  template <typename Add>
  void Search(const GeoPoint& center, const float& bound, const Add& add) const {
    Results<Add> results{bound, add};
    const std::array<float, 3> position = UnitVector(center);
    index.findNeighbors(results, position.data(), {});
  }

  const absl::Span<const StoredPoint> points;
  const PositionSource positions;
  const Index index;
};

PointIndex::PointIndex() = default;
PointIndex::~PointIndex() = default;
PointIndex::PointIndex(PointIndex&&) noexcept = default;
PointIndex& PointIndex::operator=(PointIndex&&) noexcept = default;

PointIndex::PointIndex(absl::Span<const StoredPoint> points)
    : tree_(points.empty() ? nullptr : std::make_unique<const Tree>(points)) {}

std::vector<Hit> PointIndex::Nearest(const GeoPoint& center, double radius_m, size_t limit,
                                     absl::FunctionRef<bool(uint32_t)> wanted) const {
  limit = std::min(limit, size());
  if (limit == 0) return {};
  Candidates candidates(tree_->points, center, radius_m, limit);
  tree_->Search(center, candidates.bound(), [&](float square, uint32_t index) {
    if (wanted(index)) candidates.Add(square, index);
  });
  return candidates.Best();
}

std::vector<Hit> PointIndex::Nearest(const GeoPoint& center, double radius_m, size_t limit) const {
  return Nearest(center, radius_m, limit, [](uint32_t) { return true; });
}

void PointIndex::VisitWithin(const GeoPoint& center, double radius_m,
                             absl::FunctionRef<void(const Hit&)> visit) const {
  if (tree_ == nullptr) return;
  const float bound = SquareWithin(radius_m);
  tree_->Search(center, bound, [&](float, uint32_t index) {
    const Hit hit{index, DistanceM(center, Degrees(tree_->points[index]))};
    if (hit.distance_m <= radius_m) visit(hit);
  });
}

size_t PointIndex::size() const { return tree_ == nullptr ? 0 : tree_->points.size(); }

}  // namespace proxyherd::places
