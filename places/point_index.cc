// The kd-tree and its search.
#include "places/point_index.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

namespace proxyherd {
namespace {

using Vector = std::array<double, 3>;

// Below this many points, looking at each is faster than deciding which to skip.
constexpr size_t kLeafSize = 16;

double Radians(double degrees) { return degrees * (std::numbers::pi / 180); }

Vector UnitVector(const GeoPoint& point) {
  const double latitude = Radians(point.latitude);
  const double longitude = Radians(point.longitude);
  return {std::cos(latitude) * std::cos(longitude), std::cos(latitude) * std::sin(longitude),
          std::sin(latitude)};
}

double SquaredChord(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t axis = 0; axis < a.size(); ++axis) sum += (a[axis] - b[axis]) * (a[axis] - b[axis]);
  return sum;
}

// A quarter of the squared chord is what the haversine formula calls `a`.
double ChordToM(double squared_chord) {
  return 2 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, squared_chord / 4)));
}

double MToSquaredChord(double distance_m) {
  const double half_angle = std::min(distance_m / (2 * kEarthRadiusM), std::numbers::pi / 2);
  return 4 * std::sin(half_angle) * std::sin(half_angle);
}

}  // namespace

double DistanceM(const GeoPoint& a, const GeoPoint& b) {
  const double lat = std::sin(Radians(b.latitude - a.latitude) / 2);
  const double lon = std::sin(Radians(b.longitude - a.longitude) / 2);
  const double h =
      lat * lat + std::cos(Radians(a.latitude)) * std::cos(Radians(b.latitude)) * lon * lon;
  return 2 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, h)));
}

PointIndex::PointIndex(const std::vector<GeoPoint>& points) {
  nodes_.reserve(points.size());
  for (const GeoPoint& point : points) {
    nodes_.push_back({UnitVector(point), static_cast<uint32_t>(nodes_.size()), 0});
  }
  Split(0, nodes_.size());
}

void PointIndex::Split(size_t begin, size_t end) {
  if (end - begin <= kLeafSize) return;
  Vector low = nodes_[begin].position;
  Vector high = low;
  for (size_t i = begin; i < end; ++i) {
    for (size_t axis = 0; axis < low.size(); ++axis) {
      low[axis] = std::min(low[axis], nodes_[i].position[axis]);
      high[axis] = std::max(high[axis], nodes_[i].position[axis]);
    }
  }
  uint8_t widest = 0;
  for (size_t axis = 1; axis < low.size(); ++axis) {
    if (high[axis] - low[axis] > high[widest] - low[widest]) widest = static_cast<uint8_t>(axis);
  }
  const size_t middle = begin + (end - begin) / 2;
  const auto at = [this](size_t i) { return nodes_.begin() + static_cast<ptrdiff_t>(i); };
  std::nth_element(at(begin), at(middle), at(end), [widest](const Node& a, const Node& b) {
    return a.position[widest] < b.position[widest];
  });
  nodes_[middle].axis = widest;
  Split(begin, middle);
  Split(middle + 1, end);
}

// One search under way: the best hits so far as a heap, the worst on top.
class PointIndex::Search {
 public:
  Search(const std::vector<Node>& nodes, const Vector& center, double max_squared_chord,
         size_t limit)
      : nodes_(nodes), center_(center), bound_(max_squared_chord), limit_(limit) {}

  void Run(size_t begin, size_t end) {
    if (end - begin <= kLeafSize) {
      for (size_t i = begin; i < end; ++i) Consider(nodes_[i]);
      return;
    }
    const size_t middle = begin + (end - begin) / 2;
    const Node& node = nodes_[middle];
    const double offset = center_[node.axis] - node.position[node.axis];
    const bool center_is_before = offset < 0;
    if (center_is_before) {
      Run(begin, middle);
    } else {
      Run(middle + 1, end);
    }
    Consider(node);
    // At equality the other side may hold an equal distance with a lower index.
    if (offset * offset > bound_) return;
    if (center_is_before) {
      Run(middle + 1, end);
    } else {
      Run(begin, middle);
    }
  }

  std::vector<Hit> Take() && {
    std::sort_heap(best_.begin(), best_.end());
    std::vector<Hit> hits;
    hits.reserve(best_.size());
    for (const Candidate& c : best_) hits.push_back({c.index, ChordToM(c.squared_chord)});
    return hits;
  }

 private:
  struct Candidate {
    double squared_chord;
    uint32_t index;
    bool operator<(const Candidate& other) const {
      return std::tie(squared_chord, index) < std::tie(other.squared_chord, other.index);
    }
  };

  void Consider(const Node& node) {
    const Candidate candidate{SquaredChord(node.position, center_), node.index};
    if (candidate.squared_chord > bound_) return;
    if (best_.size() == limit_) {
      if (!(candidate < best_.front())) return;
      std::pop_heap(best_.begin(), best_.end());
      best_.pop_back();
    }
    best_.push_back(candidate);
    std::push_heap(best_.begin(), best_.end());
    if (best_.size() == limit_) bound_ = best_.front().squared_chord;
  }

  const std::vector<Node>& nodes_;
  const Vector center_;
  double bound_;  // squared chord beyond which nothing is wanted any more
  const size_t limit_;
  std::vector<Candidate> best_;
};

std::vector<PointIndex::Hit> PointIndex::Nearest(const GeoPoint& center, double radius_m,
                                                 size_t limit) const {
  if (limit == 0) return {};
  Search search(nodes_, UnitVector(center), MToSquaredChord(radius_m), limit);
  search.Run(0, nodes_.size());
  return std::move(search).Take();
}

}  // namespace proxyherd
