// Computes centroids on a plane, because the outline of one place is small enough for this.
#include "places/osm/osm_outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace proxyherd::places {
namespace {

double Wrapped(double longitude) {
  if (longitude > 180) return longitude - 360;
  if (longitude < -180) return longitude + 360;
  return longitude;
}

// Points around an origin, in degrees, so that lines do not jump at the date line.
class Plane {
 public:
  explicit Plane(const GeoPoint& origin)
      : origin_(origin), cosine_(std::cos(origin.latitude * std::numbers::pi / 180)) {}

  struct Point {
    double x = 0;
    double y = 0;
  };

  Point Project(const GeoPoint& point) {
    const Point p{Wrapped(point.longitude - origin_.longitude), point.latitude - origin_.latitude};
    low_ = {std::min(low_.x, p.x), std::min(low_.y, p.y)};
    high_ = {std::max(high_.x, p.x), std::max(high_.y, p.y)};
    return p;
  }
  // A degree of longitude is shorter than a degree of latitude.
  double Length(const Point& a, const Point& b) const {
    return std::hypot((a.x - b.x) * cosine_, a.y - b.y);
  }
  GeoPoint Unproject(const Point& p) const {
    return {std::clamp(origin_.latitude + p.y, -90.0, 90.0), Wrapped(origin_.longitude + p.x)};
  }
  // Returns the box of all projected points, which includes the origin.
  GeoBox Box() const { return {Unproject(low_), Unproject(high_)}; }
  Point BoxMiddle() const { return {(low_.x + high_.x) / 2, (low_.y + high_.y) / 2}; }
  bool Holds(const Point& p) const {
    return p.x >= low_.x && p.x <= high_.x && p.y >= low_.y && p.y <= high_.y;
  }

 private:
  const GeoPoint origin_;
  const double cosine_;
  Point low_;
  Point high_;
};

// Twice the signed area, and six times the signed area times the centroid.
struct Moments {
  double area = 0;
  double x = 0;
  double y = 0;
};

Moments MomentsOf(const std::vector<Plane::Point>& ring) {
  Moments sum;
  for (size_t i = 0; i + 1 < ring.size(); ++i) {
    const Plane::Point& a = ring[i];
    const Plane::Point& b = ring[i + 1];
    const double cross = a.x * b.y - b.x * a.y;
    sum.area += cross;
    sum.x += (a.x + b.x) * cross;
    sum.y += (a.y + b.y) * cross;
  }
  if (sum.area < 0) sum = {-sum.area, -sum.x, -sum.y};  // the outline runs clockwise
  return sum;
}

std::vector<Plane::Point> ProjectAll(absl::Span<const GeoPoint> points, Plane& plane) {
  std::vector<Plane::Point> projected;
  projected.reserve(points.size());
  for (const GeoPoint& point : points) projected.push_back(plane.Project(point));
  return projected;
}

bool IsClosed(absl::Span<const GeoPoint> points) {
  return points.size() >= 4 && points.front().latitude == points.back().latitude &&
         points.front().longitude == points.back().longitude;
}

Plane::Point HalfWay(const std::vector<Plane::Point>& line, const Plane& plane) {
  double length = 0;
  for (size_t i = 0; i + 1 < line.size(); ++i) length += plane.Length(line[i], line[i + 1]);
  double left = length / 2;
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    const double step = plane.Length(line[i], line[i + 1]);
    if (step > 0 && step >= left) {
      const double share = left / step;
      return {line[i].x + share * (line[i + 1].x - line[i].x),
              line[i].y + share * (line[i + 1].y - line[i].y)};
    }
    left -= step;
  }
  return line.back();
}

}  // namespace

std::optional<OsmMiddle> MiddleOfLine(absl::Span<const GeoPoint> points) {
  if (points.empty()) return std::nullopt;
  if (IsClosed(points)) {
    const std::vector<GeoPoint> ring(points.begin(), points.end());
    return MiddleOfRings({&ring, 1});
  }
  Plane plane(points.front());
  const std::vector<Plane::Point> line = ProjectAll(points, plane);
  return OsmMiddle{plane.Unproject(HalfWay(line, plane)), plane.Box()};
}

std::optional<OsmMiddle> MiddleOfRings(absl::Span<const std::vector<GeoPoint>> rings) {
  const auto first =
      std::find_if(rings.begin(), rings.end(), [](const auto& r) { return !r.empty(); });
  if (first == rings.end()) return std::nullopt;
  Plane plane(first->front());
  Moments sum;
  for (const std::vector<GeoPoint>& ring : rings) {
    const std::vector<Plane::Point> projected = ProjectAll(ring, plane);
    if (!IsClosed(ring)) continue;
    const Moments moments = MomentsOf(projected);
    sum = {sum.area + moments.area, sum.x + moments.x, sum.y + moments.y};
  }
  Plane::Point middle{sum.x / (3 * sum.area), sum.y / (3 * sum.area)};
  // The moments of an outline that crosses itself can have any value, and without an area the
  // centroid is NaN.
  if (!plane.Holds(middle)) middle = plane.BoxMiddle();
  return OsmMiddle{plane.Unproject(middle), plane.Box()};
}

std::vector<std::vector<int64_t>> JoinLines(absl::Span<const absl::Span<const int64_t>> lines) {
  // The lines that end at a node; may include lines that were used in the meantime.
  absl::flat_hash_map<int64_t, std::vector<size_t>> ends;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    ends[lines[i].front()].push_back(i);
    if (lines[i].front() != lines[i].back()) ends[lines[i].back()].push_back(i);
  }
  std::vector<bool> used(lines.size(), false);
  const auto extend = [&](std::vector<int64_t>& joined) {
    while (joined.size() == 1 || joined.front() != joined.back()) {
      std::vector<size_t>& candidates = ends[joined.back()];
      while (!candidates.empty() && used[candidates.back()]) candidates.pop_back();
      if (candidates.empty()) return;
      const absl::Span<const int64_t> next = lines[candidates.back()];
      used[candidates.back()] = true;
      if (next.front() == joined.back()) {
        joined.insert(joined.end(), next.begin() + 1, next.end());
      } else {
        joined.insert(joined.end(), next.rbegin() + 1, next.rend());
      }
    }
  };
  std::vector<std::vector<int64_t>> result;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (used[i] || lines[i].empty()) continue;
    used[i] = true;
    std::vector<int64_t> joined(lines[i].begin(), lines[i].end());
    extend(joined);
    std::reverse(joined.begin(), joined.end());
    extend(joined);
    result.push_back(std::move(joined));
  }
  return result;
}

}  // namespace proxyherd::places
