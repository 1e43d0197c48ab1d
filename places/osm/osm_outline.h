// Where a way or a multipolygon is, as one point: pure geometry, and the rings of an outline.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "places/geo/point_index.h"
#include "places/place/place.h"

namespace proxyherd {

// A point to search and show something by, and the box around all of it. A box that spans the date
// line has a western edge east of its eastern one, as Google has it.
struct OsmMiddle {
  GeoPoint point;
  GeoBox box;
};

// A line's middle is the point half way along it; that of a closed line (the last point is the
// first) the centroid of its area. None without points. Every line is taken to go the short way
// around the earth from point to point.
std::optional<OsmMiddle> MiddleOfLine(absl::Span<const GeoPoint> points);

// The centroid of what all `rings` enclose together; rings that are not closed count for the box
// alone, and when none has an area the middle is that of the box. None without points.
std::optional<OsmMiddle> MiddleOfRings(absl::Span<const std::vector<GeoPoint>> rings);

// Joins lines of node ids where they end in the same node, in linear time, into as few and as long
// lines as that gives: closed rings when the outline is complete. Lines without nodes are dropped.
std::vector<std::vector<int64_t>> JoinLines(absl::Span<const absl::Span<const int64_t>> lines);

}  // namespace proxyherd
