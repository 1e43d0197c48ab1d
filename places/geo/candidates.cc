#include "places/geo/candidates.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <tuple>

namespace proxyherd::places {
namespace {

// More than twice the float32 rounding error of a point, as a fraction of the earth's radius.
constexpr double kSlack = 2 / kEarthRadiusM;
// More than the relative error of float32 computations with chords.
constexpr double kRelativeSlack = 1e-6;

// Space for candidates beyond twice the limit; and how many beyond the limit must remain for a
// reduction to be worth its cost.
constexpr size_t kUndecided = 64;
constexpr size_t kWorthDeciding = kUndecided / 2;

// Returns the chord of a distance on the unit sphere.
double Chord(double distance_m) {
  return 2 * std::sin(std::min(distance_m / (2 * kEarthRadiusM), std::numbers::pi / 2));
}

// Returns the square of a float32 chord that is certainly not less than this one.
float WidenedSquare(double chord) {
  const double wide = chord * (1 + kRelativeSlack) + kSlack;
  return static_cast<float>(wide * wide * (1 + kRelativeSlack));
}

}  // namespace

float SquareWithin(double radius_m) { return WidenedSquare(Chord(radius_m)); }

Candidates::Candidates(absl::Span<const StoredPoint> points, const GeoPoint& center,
                       double radius_m, size_t limit)
    : points_(points),
      center_(center),
      radius_m_(radius_m),
      limit_(limit),
      bound_(SquareWithin(radius_m)) {
  assert(limit > 0);
  nearest_.reserve(limit);
  all_.reserve(Capacity());
}

// The number of candidates at which they are reduced.
size_t Candidates::Capacity() const { return 2 * limit_ + kUndecided; }

void Candidates::Add(float square, uint32_t index) {
  if (nearest_.size() == limit_) {
    if (square < nearest_.front()) ReplaceFarthest(square);
  } else {
    nearest_.push_back(square);
    std::push_heap(nearest_.begin(), nearest_.end());
    if (nearest_.size() == limit_) LowerBound();
  }
  // The point will probably be measured soon, and is probably not in the cache.
  __builtin_prefetch(&points_[index]);
  all_.push_back({square, index});
  if (all_.size() == Capacity()) Reduce();
}

void Candidates::ReplaceFarthest(float square) {
  std::pop_heap(nearest_.begin(), nearest_.end());
  nearest_.back() = square;
  std::push_heap(nearest_.begin(), nearest_.end());
  LowerBound();
}

void Candidates::LowerBound() {
  bound_ = std::min(bound_, WidenedSquare(std::sqrt(static_cast<double>(nearest_.front()))));
}

// Drops candidates beyond the bound; if many remain, also drops all except the best.
void Candidates::Reduce() {
  std::erase_if(all_, [this](const Candidate& c) { return c.square > bound_; });
  if (all_.size() < limit_ + kWorthDeciding) return;
  std::vector<Candidate> best;
  best.reserve(Capacity());
  // The square 0 keeps them until nearer ones come; approximate distances no longer matter.
  for (const PointHit& hit : Best()) best.push_back({0, hit.index});
  all_.swap(best);
}

std::vector<PointHit> Candidates::Best() const {
  std::vector<PointHit> hits;
  hits.reserve(all_.size());
  for (const Candidate& candidate : all_) {
    if (candidate.square > bound_) continue;
    const double distance_m = DistanceM(center_, Degrees(points_[candidate.index]));
    if (distance_m <= radius_m_) hits.push_back({candidate.index, distance_m});
  }
  std::sort(hits.begin(), hits.end(), [](const PointHit& a, const PointHit& b) {
    return std::tie(a.distance_m, a.index) < std::tie(b.distance_m, b.index);
  });
  if (hits.size() > limit_) hits.resize(limit_);
  return hits;
}

}  // namespace proxyherd::places
