// The last step of a search for the nearest points: collects candidates by approximate distances
// and selects the nearest by exact ones.
//
// Approximate distances are squared chords of unit vectors in float32 (UnitVector). They misorder
// only points whose distances differ by at most a few metres, so a few more candidates are kept
// than wanted, and the distances of the stored points decide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "places/geo/geo_point.h"

namespace proxyherd::places {

// A point that the search returns.
struct PointHit {
  uint32_t index;     // in its owner's order
  double distance_m;  // DistanceM of the stored point

  bool operator==(const PointHit&) const = default;
};

// Returns a squared chord that is at least that of every point within the radius (>= 0).
float SquareWithin(double radius_m);

// The candidates of one search. Uses 24 bytes of memory per point of the limit, and 1 KiB.
class Candidates {
 public:
  // Finds at most `limit` of `points`: those nearest to `center` and within `radius_m`. `points`
  // must outlive this object. REQUIRES: limit > 0.
  Candidates(absl::Span<const StoredPoint> points, const GeoPoint& center, double radius_m,
             size_t limit);

  // Points with a greater squared chord are not needed. The bound falls while candidates are added.
  const float& bound() const { return bound_; }

  // Adds a point with its squared chord. Each point may be added once. Points beyond bound() may be
  // added and are dropped later: the tree reads the bound only once per leaf.
  void Add(float square, uint32_t index);

  // Returns the nearest points, nearest first; at equal distances in order of index.
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
  std::vector<float> nearest_;  // a max-heap of the smallest squared chords
  std::vector<Candidate> all_;
};

}  // namespace proxyherd::places
