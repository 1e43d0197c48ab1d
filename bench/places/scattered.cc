#include "bench/places/scattered.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "places/data/embedded_world.h"

namespace proxyherd::bench {
namespace {

constexpr size_t kMaxWorldBytes = 256 << 20;

// Columns of a town's line (places/world/world_data.h).
constexpr size_t kLatitude = 2, kLongitude = 3, kPopulation = 8, kColumns = 10;

// Places without a population are also inhabited.
constexpr uint32_t kMinPeople = 100;

// For a town of a million people, the standard deviation of places from the middle is 5 km.
constexpr double kDegreesPerRoot = 4.5e-5;
constexpr double kMinDegrees = 0.003;

}  // namespace

uint64_t Dice::Bits() {
  state_ += 0x9e3779b97f4a7c15;
  uint64_t bits = state_;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

double Dice::Uniform() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }

double Dice::Normal() {
  const double radius = std::sqrt(-2 * std::log(1 - Uniform()));
  return radius * std::cos(2 * std::numbers::pi * Uniform());
}

absl::StatusOr<Scatter> Scatter::Load() {
  const absl::StatusOr<std::string> text =
      places::Decompress(places::EmbeddedWorld(), kMaxWorldBytes);
  if (!text.ok()) return text.status();
  std::vector<Town> towns;
  for (const std::string_view line : Split(*text, '\n')) {
    const std::vector<std::string_view> fields = Split(line, '\t');
    if (fields[0] != "T" || fields.size() != kColumns) continue;
    Town town;
    if (!absl::SimpleAtod(ToAbsl(fields[kLatitude]), &town.middle.latitude) ||
        !absl::SimpleAtod(ToAbsl(fields[kLongitude]), &town.middle.longitude) ||
        !absl::SimpleAtoi(ToAbsl(fields[kPopulation]), &town.population)) {
      return absl::DataLossError("a town without coordinates or population");
    }
    towns.push_back(town);
  }
  return Scatter(towns);
}

Scatter::Scatter(const std::vector<Town>& towns) : towns_(towns) {
  double people = 0;
  for (const Town& town : towns_) {
    people += std::max(town.population, kMinPeople);
    people_until_.push_back(people);
  }
}

places::GeoPoint Scatter::Point(Dice& dice) const {
  const auto found = std::upper_bound(people_until_.begin(), people_until_.end(),
                                      dice.Uniform() * people_until_.back());
  const Town& town = towns_[static_cast<size_t>(found - people_until_.begin())];
  const double spread =
      std::max(kMinDegrees, kDegreesPerRoot * std::sqrt(double{1} * town.population));
  const double shrink = std::max(0.01, std::cos(town.middle.latitude * (std::numbers::pi / 180)));
  return {std::clamp(town.middle.latitude + spread * dice.Normal(), -90.0, 90.0),
          std::remainder(town.middle.longitude + spread / shrink * dice.Normal(), 360)};
}

std::vector<places::StoredPoint> Scatter::Points(size_t count, uint64_t seed) const {
  Dice dice(seed);
  std::vector<places::StoredPoint> points;
  points.reserve(count);
  while (points.size() < count) points.push_back(places::Store(Point(dice)));
  return points;
}

}  // namespace proxyherd::bench
