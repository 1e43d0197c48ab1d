// Locations of clients: ISO 6709 decimal degrees, latitude then longitude, each with its sign.
#pragma once

#include <optional>
#include <string_view>

namespace proxyherd {

// Degrees; latitude in [-90, 90], longitude in [-180, 180].
struct Coordinates {
  double latitude = 0;
  double longitude = 0;
};

// Returns true if the text is a location: "+34.068930-118.445127", fractions optional, no exponent,
// no altitude, no trailing solidus, both values in range. Exact, even at the limits.
bool IsLocation(std::string_view text);

// Parses a location; nullopt if IsLocation is false.
std::optional<Coordinates> ParseLocation(std::string_view text);

// Returns true if the text is an unsigned decimal number of at most `limit`: digits, optionally
// with a point that has digits on both sides. Compares digits, so nothing is rounded. REQUIRES: 0
// <= limit <= 999.
bool IsDecimalUpTo(std::string_view text, int limit);

// Great-circle distance in metres, by the haversine formula on a sphere of the earth's mean radius.
double DistanceMeters(Coordinates from, Coordinates to);

}  // namespace proxyherd
