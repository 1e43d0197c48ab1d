// Points as they are stored, and the haversine formula.
#include "places/geo_point.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace proxyherd {
namespace {

constexpr double kStoredPerDegree = 1e7;

}  // namespace

double Radians(double degrees) { return degrees * (std::numbers::pi / 180); }

StoredPoint Store(const GeoPoint& point) {
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

}  // namespace proxyherd
