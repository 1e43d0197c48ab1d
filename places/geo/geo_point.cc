#include "places/geo/geo_point.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace proxyherd::places {
namespace {

constexpr double kStoredPerDegree = 1e7;

double Radians(double degrees) { return degrees * (std::numbers::pi / 180); }

}  // namespace

StoredPoint Store(const GeoPoint& point) {
  assert(std::abs(point.latitude) <= 90);
  assert(std::abs(point.longitude) <= 180);
  return {static_cast<int32_t>(std::lround(point.latitude * kStoredPerDegree)),
          static_cast<int32_t>(std::lround(point.longitude * kStoredPerDegree))};
}

GeoPoint Degrees(const StoredPoint& point) {
  return {point.latitude_e7 / kStoredPerDegree, point.longitude_e7 / kStoredPerDegree};
}

double DistanceM(const GeoPoint& a, const GeoPoint& b) {
  const double lat = std::sin(Radians(b.latitude - a.latitude) / 2);
  const double lon = std::sin(Radians(b.longitude - a.longitude) / 2);
  const double h =
      lat * lat + std::cos(Radians(a.latitude)) * std::cos(Radians(b.latitude)) * lon * lon;
  return 2 * kEarthRadiusM * std::asin(std::sqrt(std::min(1.0, h)));
}

std::array<float, 3> UnitVector(const GeoPoint& point) {
  const double latitude = Radians(point.latitude);
  const double longitude = Radians(point.longitude);
  return {static_cast<float>(std::cos(latitude) * std::cos(longitude)),
          static_cast<float>(std::cos(latitude) * std::sin(longitude)),
          static_cast<float>(std::sin(latitude))};
}

}  // namespace proxyherd::places
