// Points where places are: scattered around the towns of the embedded world, the more the more
// people live there. The same seed gives the same points.
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

// Random numbers that are the same everywhere (splitmix64).
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t Bits();
  double Uniform();  // in [0, 1)
  double Normal();   // of mean 0 and deviation 1

 private:
  uint64_t state_;
};

// Not thread-safe.
class Scatter {
 public:
  // With the embedded world; DATA_LOSS when it is damaged.
  static absl::StatusOr<Scatter> Load();

  explicit Scatter(const std::vector<Town>& towns);

  // Near a town that was chosen by its population, as far as its area (which grows with its people)
  // reaches.
  places::GeoPoint Point(Dice& dice) const;

  std::vector<places::StoredPoint> Points(size_t count, uint64_t seed) const;

 private:
  std::vector<Town> towns_;
  std::vector<double> people_until_;  // of the towns up to and with each one
};

}  // namespace proxyherd::bench
