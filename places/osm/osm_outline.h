// Reduces a way or a multipolygon to one point. Pure geometry.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "places/geo/point_index.h"
#include "places/place/place.h"

namespace proxyherd::places {

// The point that represents an object in searches, and the box around the object. A box across the
// date line has a western edge east of its eastern one, as in Google's format.
struct OsmMiddle {
  GeoPoint point;
  GeoBox box;
};

// The middle of a line is the point half way along it; of a closed line (the last point equals the
// first), the centroid of its area. None without points. Each segment is assumed to go the short
// way around the earth.
std::optional<OsmMiddle> MiddleOfLine(absl::Span<const GeoPoint> points);

// Returns the centroid of the area that all `rings` enclose together. Rings that are not closed
// count for the box only; if none has an area, the middle is that of the box. None without points.
std::optional<OsmMiddle> MiddleOfRings(absl::Span<const std::vector<GeoPoint>> rings);

// Joins lines of node ids that end in the same node into as few lines as possible, in linear time:
// closed rings if the outline is complete. Lines without nodes are dropped.
std::vector<std::vector<int64_t>> JoinLines(absl::Span<const absl::Span<const int64_t>> lines);

}  // namespace proxyherd::places
