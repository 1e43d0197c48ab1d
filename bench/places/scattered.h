// Points where places are: scattered around the towns of the embedded world, with more points where
// more people live. The same seed gives the same points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "places/geo/geo_point.h"

namespace proxyherd::bench {

// A town of the world data.
struct Town {
  places::GeoPoint middle;
  uint32_t population = 0;
};

// Random numbers that are the same on all machines (splitmix64).
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t Bits();
  double Uniform();  // in [0, 1)
  double Normal();   // mean 0, standard deviation 1

 private:
  uint64_t state_;
};

// Not thread-safe.
class Scatter {
 public:
  // Uses the towns of the embedded world; DATA_LOSS if it is damaged.
  static absl::StatusOr<Scatter> Load();

  explicit Scatter(const std::vector<Town>& towns);

  // Returns a point in the area of a town. Towns are chosen with probabilities proportional to
  // their populations, and their areas grow with these.
  places::GeoPoint Point(Dice& dice) const;

  std::vector<places::StoredPoint> Points(size_t count, uint64_t seed) const;

 private:
  std::vector<Town> towns_;
  std::vector<double> people_until_;  // for each town, the people of it and all towns before it
};

}  // namespace proxyherd::bench
