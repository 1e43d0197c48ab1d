// Points on the earth, and the distance between them.
#pragma once

#include <array>
#include <cstdint>

namespace proxyherd::places {

// Degrees; latitude in [-90, 90], longitude in [-180, 180].
struct GeoPoint {
  double latitude = 0;
  double longitude = 0;
};

// A point as it is stored: degrees times 10^7 (about a centimetre), the resolution of
// OpenStreetMap.
struct StoredPoint {
  int32_t latitude_e7 = 0;   // in [-900'000'000, 900'000'000]
  int32_t longitude_e7 = 0;  // in [-1'800'000'000, 1'800'000'000]

  bool operator==(const StoredPoint&) const = default;
};

// Rounds to the nearest stored point. REQUIRES: the point is within the ranges above.
StoredPoint Store(const GeoPoint& point);
GeoPoint Degrees(const StoredPoint& point);

// Radius of the sphere on which distances are measured: the earth's mean radius (IUGG). The true
// distance on the ellipsoid differs by at most 0.56 %.
inline constexpr double kEarthRadiusM = 6'371'008.8;

// Returns the great-circle distance in metres, by the haversine formula.
double DistanceM(const GeoPoint& a, const GeoPoint& b);

// Returns the point on a sphere of radius 1, in float32: on the earth, off by at most half a metre.
std::array<float, 3> UnitVector(const GeoPoint& point);

}  // namespace proxyherd::places
