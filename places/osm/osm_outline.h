// Reduces a way or a multipolygon to one point. Pure geometry.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "places/geo/point_index.h"
#include "places/place/place.h"

namespace proxyherd::places {

// The point that represents an object in searches, and the box around the object. If the box
// crosses the date line, its western edge has the greater longitude, as in Google's format.
struct OsmMiddle {
  GeoPoint point;
  GeoBox box;
};

// Returns the point half way along the line; for a closed line (the last point equals the first),
// the centroid of its area. Nothing without points. Assumes that each segment goes the short way
// around the earth.
std::optional<OsmMiddle> MiddleOfLine(absl::Span<const GeoPoint> points);

// Returns the centroid of the area that all `rings` enclose together. Rings that are not closed
// only extend the box. Without any area returns the middle of the box; without points, nothing.
std::optional<OsmMiddle> MiddleOfRings(absl::Span<const std::vector<GeoPoint>> rings);

// Joins lines of node ids at common end nodes into as few lines as possible, in linear time. The
// results are closed rings if the outline is complete. Lines without nodes are dropped.
std::vector<std::vector<int64_t>> JoinLines(absl::Span<const absl::Span<const int64_t>> lines);

}  // namespace proxyherd::places
