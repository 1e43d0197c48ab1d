// The glue between nanoflann and our points.
#include "bench/places/nanoflann_index.h"

#include <limits>
#include <nanoflann.hpp>
#include <numeric>

namespace proxyherd {
namespace {

// How nanoflann sees the positions.
struct Positions {
  const std::vector<std::array<float, 3>>& all;

  size_t kdtree_get_point_count() const { return all.size(); }
  float kdtree_get_pt(size_t index, size_t axis) const { return all[index][axis]; }
  template <typename Box>
  bool kdtree_get_bbox(Box& /*box*/) const {
    return false;
  }
};

// Where nanoflann puts what it finds, and asks how far it still has to look.
struct Results {
  Candidates& candidates;
  const std::vector<uint32_t>& order;
  absl::FunctionRef<bool(uint32_t)> wanted;

  float worstDist() const { return candidates.bound(); }
  bool full() const { return true; }
  bool addPoint(float square, size_t position) {
    const uint32_t index = order.empty() ? static_cast<uint32_t>(position) : order[position];
    if (wanted(index)) candidates.Add(square, index);
    return true;
  }
};

}  // namespace

struct NanoflannIndex::Tree {
  using Metric = nanoflann::L2_Simple_Adaptor<float, Positions, float>;
  using Index = nanoflann::KDTreeSingleIndexAdaptor<Metric, Positions, 3, uint32_t>;

  Tree(const std::vector<std::array<float, 3>>& all, size_t leaf_size)
      : positions{all}, index(3, positions, nanoflann::KDTreeSingleIndexAdaptorParams(leaf_size)) {}

  const Positions positions;
  Index index;
};

NanoflannIndex::NanoflannIndex(absl::Span<const StoredPoint> points, const Options& options)
    : points_(points) {
  positions_.reserve(points.size());
  for (const StoredPoint& point : points) positions_.push_back(UnitVector(Degrees(point)));
  tree_ = std::make_unique<Tree>(positions_, options.leaf_size);
  if (!options.by_leaf) return;
  // Its leaves are ranges of vAcc, whose entries name positions.
  auto& named = tree_->index.vAcc;
  order_.assign(named.begin(), named.end());
  std::vector<std::array<float, 3>> sorted;
  sorted.reserve(positions_.size());
  for (const uint32_t index : order_) sorted.push_back(positions_[index]);
  positions_.swap(sorted);
  std::iota(named.begin(), named.end(), 0);
}

NanoflannIndex::~NanoflannIndex() = default;

std::vector<PointHit> NanoflannIndex::Nearest(const GeoPoint& center, double radius_m, size_t limit,
                                              absl::FunctionRef<bool(uint32_t)> wanted) const {
  if (limit == 0 || points_.empty()) return {};
  Candidates candidates(points_, center, radius_m, limit);
  Results results{candidates, order_, wanted};
  const std::array<float, 3> position = UnitVector(center);
  tree_->index.findNeighbors(results, position.data(), nanoflann::SearchParams());
  return candidates.Best();
}

}  // namespace proxyherd
