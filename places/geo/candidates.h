// The last part of a search for near points: those that may be among the nearest, by rough
// distances, and which of them are.
//
// Rough distances are squared chords of unit vectors in float32 (UnitVector). They order points
// that are a few metres apart at most wrongly, so a little more is kept than is wanted, and the
// stored points have the last word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "places/geo/geo_point.h"

namespace proxyherd {

// A point that was found.
struct PointHit {
  uint32_t index;     // in its owner's order
  double distance_m;  // DistanceM of the stored point

  bool operator==(const PointHit&) const = default;
};

// A squared chord that is not less than that of any point within the radius (>= 0).
float SquareWithin(double radius_m);

// The candidates of one search. Memory: 24 bytes for each that is wanted, and 1 KiB.
class Candidates {
 public:
  // For the at most `limit` (> 0) of `points` nearest to `center` and within `radius_m`.
  Candidates(absl::Span<const StoredPoint> points, const GeoPoint& center, double radius_m,
             size_t limit);

  // Squared chord beyond which nothing is wanted any more; falls while candidates are added.
  const float& bound() const { return bound_; }

  // A point that is wanted, by its squared chord, which is at most bound(). Each point once.
  void Add(float square, uint32_t index);

  // The nearest, nearest first; equal distances in order of index.
  std::vector<PointHit> Best() const;

 private:
  struct Candidate {
    float square;
    uint32_t index;
  };

  size_t Capacity() const;
  void ReplaceFarthest(float square);
  void LowerBound();
  void Reduce();

  const absl::Span<const StoredPoint> points_;
  const GeoPoint center_;
  const double radius_m_;
  const size_t limit_;
  float bound_;
  std::vector<float> nearest_;  // a heap of the least squares, the greatest on top
  std::vector<Candidate> all_;
};

}  // namespace proxyherd
