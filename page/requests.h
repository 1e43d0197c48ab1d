// What a page asks for beside what it is shown: any bytes of anybody's, judged here. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/iso6709.h"
#include "page/map_grid.h"

namespace proxyherd {

// What a query has behind `name=`, decoded; nullopt when it has none, or its %-escapes are broken.
// The first one counts.
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

// A line of the console may be as long as the text port's are by default.
inline constexpr size_t kMaxConsoleLineBytes = 4096;
// Whether a body is one line of IAMAT or WHATSAT, without its end.
bool IsConsoleLine(std::string_view body);

}  // namespace proxyherd
