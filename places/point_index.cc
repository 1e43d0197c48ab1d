// The kd-tree and its search.
//
// Positions are float32, which moves a point by up to half a metre; so the tree is asked for a
// little more than is wanted, and the stored points have the last word.
#include "places/point_index.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace proxyherd {
namespace {

using Hit = PointIndex::Hit;
using Split = PointIndex::Split;

// Below this many points, looking at each is faster than deciding which to skip.
constexpr size_t kLeafSize = 32;

// More than twice of what float32 moves two points against each other, as a part of the radius.
constexpr double kSlack = 2 / kEarthRadiusM;
// More than what float32 loses in computing with chords, for each part of a chord.
constexpr double kRelativeSlack = 1e-6;

template <typename Number>
std::array<Number, 3> UnitVector(const GeoPoint& point) {
  const double latitude = Radians(point.latitude);
  const double longitude = Radians(point.longitude);
  return {static_cast<Number>(std::cos(latitude) * std::cos(longitude)),
          static_cast<Number>(std::cos(latitude) * std::sin(longitude)),
          static_cast<Number>(std::sin(latitude))};
}

// The length of the straight line below a distance on the unit sphere.
double Chord(double distance_m) {
  return 2 * std::sin(std::min(distance_m / (2 * kEarthRadiusM), std::numbers::pi / 2));
}

// The square of a float32 chord that is certainly not less than this one.
float WidenedSquare(double chord) {
  const double wide = chord * (1 + kRelativeSlack) + kSlack;
  return static_cast<float>(wide * wide * (1 + kRelativeSlack));
}

// How often the points are halved: until no leaf has more than kLeafSize.
size_t Levels(size_t points) {
  size_t levels = 0;
  for (size_t largest = points; largest > kLeafSize; largest -= largest / 2) ++levels;
  return levels;
}

// Where a range is halved.
size_t Middle(size_t begin, size_t end) { return begin + (end - begin) / 2; }

struct Item {
  std::array<float, 3> position;
  uint32_t index;
};

// Orders the items and fills in the splits and positions, which have the right sizes.
class Builder {
 public:
  Builder(std::vector<Item>& items, std::vector<Split>& splits, std::vector<float>& positions)
      : items_(items), splits_(splits), positions_(positions), levels_(Levels(items.size())) {}

  void Run(size_t node, size_t level, size_t begin, size_t end) {
    if (level == levels_) {
      FillLeaf(begin, end);
      return;
    }
    const uint32_t axis = WidestAxis(begin, end);
    const size_t middle = Middle(begin, end);
    std::nth_element(At(begin), At(middle), At(end), [axis](const Item& a, const Item& b) {
      return a.position[axis] < b.position[axis];
    });
    splits_[node] = {items_[middle].position[axis], axis};
    Run(2 * node + 1, level + 1, begin, middle);
    Run(2 * node + 2, level + 1, middle, end);
  }

 private:
  std::vector<Item>::iterator At(size_t i) {
    return items_.begin() + static_cast<std::ptrdiff_t>(i);
  }

  uint32_t WidestAxis(size_t begin, size_t end) const {
    std::array<float, 3> low = items_[begin].position;
    std::array<float, 3> high = low;
    for (size_t i = begin; i < end; ++i) {
      for (size_t axis = 0; axis < low.size(); ++axis) {
        low[axis] = std::min(low[axis], items_[i].position[axis]);
        high[axis] = std::max(high[axis], items_[i].position[axis]);
      }
    }
    uint32_t widest = 0;
    for (uint32_t axis = 1; axis < low.size(); ++axis) {
      if (high[axis] - low[axis] > high[widest] - low[widest]) widest = axis;
    }
    return widest;
  }

  void FillLeaf(size_t begin, size_t end) {
    size_t next = 3 * begin;
    for (size_t axis = 0; axis < 3; ++axis) {
      for (size_t i = begin; i < end; ++i) positions_[next++] = items_[i].position[axis];
    }
  }

  std::vector<Item>& items_;
  std::vector<Split>& splits_;
  std::vector<float>& positions_;
  const size_t levels_;
};

// A walk over the leaves that may hold points near a center, the nearest first. Calls
// `take(squared_chord, index)` for each point whose squared chord is at most `bound`, which `take`
// may lower.
template <typename Take>
class Walk {
 public:
  Walk(const PointIndex::Arrays& arrays, const GeoPoint& center, const float& bound, Take take)
      : arrays_(arrays),
        center_(UnitVector<float>(center)),
        bound_(bound),
        take_(std::move(take)),
        levels_(Levels(arrays.order.size())) {}

  void Run() { Visit(0, 0, 0, arrays_.order.size(), 0); }

 private:
  // `least` is the least squared chord that a point of this node can have: the sum of the squares
  // of `outside_`, which is how far the center lies outside of the node on each axis.
  void Visit(size_t node, size_t level, size_t begin, size_t end, float least) {
    if (level == levels_) {
      VisitLeaf(begin, end);
      return;
    }
    const Split split = arrays_.splits[node];
    const size_t middle = Middle(begin, end);
    const float offset = center_[split.axis] - split.value;
    const bool first_is_near = offset < 0;
    if (first_is_near) {
      Visit(2 * node + 1, level + 1, begin, middle, least);
    } else {
      Visit(2 * node + 2, level + 1, middle, end, least);
    }
    const float before = outside_[split.axis];
    const float far_least = least - before * before + offset * offset;
    if (far_least > bound_) return;
    outside_[split.axis] = offset;
    if (first_is_near) {
      Visit(2 * node + 2, level + 1, middle, end, far_least);
    } else {
      Visit(2 * node + 1, level + 1, begin, middle, far_least);
    }
    outside_[split.axis] = before;
  }

  void VisitLeaf(size_t begin, size_t end) {
    const size_t count = end - begin;
    const float* x = arrays_.positions.data() + 3 * begin;
    const float* y = x + count;
    const float* z = y + count;
    std::array<float, kLeafSize> squares;
    for (size_t i = 0; i < count; ++i) {
      const float dx = x[i] - center_[0];
      const float dy = y[i] - center_[1];
      const float dz = z[i] - center_[2];
      squares[i] = dx * dx + dy * dy + dz * dz;
    }
    for (size_t i = 0; i < count; ++i) {
      if (squares[i] <= bound_) take_(squares[i], arrays_.order[begin + i]);
    }
  }

  const PointIndex::Arrays& arrays_;
  const std::array<float, 3> center_;
  const float& bound_;
  Take take_;
  const size_t levels_;
  std::array<float, 3> outside_{};
};

// The candidates of one search, of which the nearest by DistanceM are wanted in the end.
class Candidates {
 public:
  Candidates(absl::Span<const StoredPoint> points, const GeoPoint& center, double radius_m,
             size_t limit)
      : points_(points),
        center_(center),
        radius_m_(radius_m),
        limit_(limit),
        bound_(WidenedSquare(Chord(radius_m))) {
    nearest_.reserve(limit);
    all_.reserve(Capacity());
  }

  // Squared chord beyond which nothing is wanted any more.
  const float& bound() const { return bound_; }

  void Add(float square, uint32_t index) {
    if (nearest_.size() == limit_) {
      if (square < nearest_.front()) ReplaceFarthest(square);
    } else {
      nearest_.push_back(square);
      std::push_heap(nearest_.begin(), nearest_.end());
      if (nearest_.size() == limit_) LowerBound();
    }
    all_.push_back({square, index});
    if (all_.size() == Capacity()) Reduce();
  }

  std::vector<Hit> Take() && { return Best(); }

 private:
  struct Candidate {
    float square;
    uint32_t index;
  };

  // Candidates are kept until there are that many: the limit, and some whose order is undecided.
  size_t Capacity() const { return 2 * limit_ + 64; }

  void ReplaceFarthest(float square) {
    std::pop_heap(nearest_.begin(), nearest_.end());
    nearest_.back() = square;
    std::push_heap(nearest_.begin(), nearest_.end());
    LowerBound();
  }

  void LowerBound() {
    bound_ = std::min(bound_, WidenedSquare(std::sqrt(static_cast<double>(nearest_.front()))));
  }

  // Drops what is too far; then, if there is much left, all but the best.
  void Reduce() {
    std::erase_if(all_, [this](const Candidate& c) { return c.square > bound_; });
    if (all_.size() < limit_ + 32) return;
    std::vector<Candidate> best;
    best.reserve(Capacity());
    // How far they are by float32 does not matter any more: they stay until better ones come.
    for (const Hit& hit : Best()) best.push_back({0, hit.index});
    all_.swap(best);
  }

  // The nearest of those so far.
  std::vector<Hit> Best() const {
    std::vector<Hit> hits;
    hits.reserve(all_.size());
    for (const Candidate& candidate : all_) {
      if (candidate.square > bound_) continue;
      const double distance_m = DistanceM(center_, Degrees(points_[candidate.index]));
      if (distance_m <= radius_m_) hits.push_back({candidate.index, distance_m});
    }
    std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
      return std::tie(a.distance_m, a.index) < std::tie(b.distance_m, b.index);
    });
    if (hits.size() > limit_) hits.resize(limit_);
    return hits;
  }

  const absl::Span<const StoredPoint> points_;
  const GeoPoint center_;
  const double radius_m_;
  const size_t limit_;
  float bound_;
  std::vector<float> nearest_;  // a heap of the least squares, the greatest on top
  std::vector<Candidate> all_;
};

}  // namespace

PointIndex::PointIndex(absl::Span<const StoredPoint> points) : points_(points) {
  std::vector<Item> items;
  items.reserve(points.size());
  for (const StoredPoint& point : points) {
    items.push_back({UnitVector<float>(Degrees(point)), static_cast<uint32_t>(items.size())});
  }
  splits_.resize(InnerNodes(points.size()));
  positions_.resize(3 * points.size());
  Builder(items, splits_, positions_).Run(0, 0, 0, items.size());
  order_.reserve(items.size());
  for (const Item& item : items) order_.push_back(item.index);
  arrays_ = {positions_, order_, splits_};
}

absl::StatusOr<PointIndex> PointIndex::Attach(absl::Span<const StoredPoint> points,
                                              const Arrays& arrays) {
  const auto refuse = [](absl::string_view what) {
    return absl::DataLossError(absl::StrCat("the index does not fit its points: ", what));
  };
  if (arrays.order.size() != points.size()) return refuse("the number of indices");
  if (arrays.positions.size() != 3 * points.size()) return refuse("the number of positions");
  if (arrays.splits.size() != InnerNodes(points.size())) return refuse("the number of splits");
  for (const uint32_t index : arrays.order) {
    if (index >= points.size()) return refuse("an index without a point");
  }
  for (const Split& split : arrays.splits) {
    if (split.axis > 2) return refuse("an axis that is none");
  }
  PointIndex index;
  index.points_ = points;
  index.arrays_ = arrays;
  return index;
}

std::vector<Hit> PointIndex::Nearest(const GeoPoint& center, double radius_m, size_t limit,
                                     absl::FunctionRef<bool(uint32_t)> wanted) const {
  limit = std::min(limit, size());
  if (limit == 0) return {};
  Candidates candidates(points_, center, radius_m, limit);
  Walk(arrays_, center, candidates.bound(), [&](float square, uint32_t index) {
    if (wanted(index)) candidates.Add(square, index);
  }).Run();
  return std::move(candidates).Take();
}

std::vector<Hit> PointIndex::Nearest(const GeoPoint& center, double radius_m, size_t limit) const {
  return Nearest(center, radius_m, limit, [](uint32_t) { return true; });
}

void PointIndex::VisitWithin(const GeoPoint& center, double radius_m,
                             absl::FunctionRef<void(const Hit&)> visit) const {
  const float bound = WidenedSquare(Chord(radius_m));
  Walk(arrays_, center, bound, [&](float, uint32_t index) {
    const Hit hit{index, DistanceM(center, Degrees(points_[index]))};
    if (hit.distance_m <= radius_m) visit(hit);
  }).Run();
}

size_t PointIndex::InnerNodes(size_t points) { return (size_t{1} << Levels(points)) - 1; }

size_t PointIndex::MemoryBytes() const {
  return positions_.capacity() * sizeof(float) + order_.capacity() * sizeof(uint32_t) +
         splits_.capacity() * sizeof(Split);
}

}  // namespace proxyherd
