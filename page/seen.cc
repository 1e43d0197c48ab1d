#include "page/seen.h"

#include <algorithm>

#include "page/frame.h"

namespace proxyherd::page {

void Seen::Add(const RecordView& record) {
  ++records_;
  if (points_.size() == kMaxPoints) return;
  std::optional<Coordinates> at = ParseLocation(record.location);
  if (!at.has_value()) return;
  if (!exact_) {
    const GridCell cell = CellOf(*at);
    at = MiddleOf(cell.row, cell.column, 0);
  }
  const bool known = std::any_of(points_.begin(), points_.end(), [&](const Coordinates& point) {
    return point.latitude == at->latitude && point.longitude == at->longitude;
  });
  if (!known) points_.push_back(*at);
}

std::string Seen::Take() {
  std::string out = "[";
  for (const Coordinates& point : points_) {
    if (out.size() > 1) out += ',';
    AppendPoint(point, out);
  }
  out += ']';
  points_.clear();
  records_ = 0;
  return out;
}

}  // namespace proxyherd::page
