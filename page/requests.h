// Parses the requests of pages, which are untrusted bytes. No side effects.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/iso6709.h"
#include "page/map_grid.h"

namespace proxyherd::page {

// Returns the decoded value of the first `name=` in a query; nullopt if it is absent or its
// %-escapes are malformed.
std::optional<std::string> QueryValue(std::string_view query, std::string_view name);

// `box=WEST,SOUTH,EAST,NORTH&level=LEVEL` in degrees.
struct MapQuestion {
  MapBox box;
  int level = 0;
};
std::optional<MapQuestion> ReadMapQuestion(std::string_view query);

// `at=LATITUDE,LONGITUDE&radius=METRES`.
struct SpotQuestion {
  Coordinates at;
  double radius_m = 0;  // (0, 50,000]
};
std::optional<SpotQuestion> ReadSpotQuestion(std::string_view query);

// Maximum length of a line of the console: the text port's default.
inline constexpr size_t kMaxConsoleLineBytes = 4096;
// Returns true if a body is one IAMAT or WHATSAT line without a line end.
bool IsConsoleLine(std::string_view body);

}  // namespace proxyherd::page
