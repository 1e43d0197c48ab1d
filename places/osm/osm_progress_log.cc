// Percentages are of all passes over the file together.
#include "places/osm/osm_progress_log.h"

#include "absl/strings/str_cat.h"

namespace proxyherd::places {

std::optional<std::string> OsmProgressLog::Next(const OsmProgress& progress, int64_t now_ns) {
  // Computed in doubles, because a hundred times the size may overflow. Files are never empty.
  const auto percent = static_cast<uint64_t>(100.0 * static_cast<double>(progress.bytes_read) /
                                             static_cast<double>(progress.bytes_total));
  const bool is_new = progress.file != file_ || percent < percent_;
  const int64_t pause_ns = now_ns - time_ns_;
  const bool is_due = pause_ns >= kMaxPauseNs ||
                      (pause_ns >= kMinPauseNs && percent >= percent_ + uint64_t{kStepPercent});
  if (!is_new && !is_due) return std::nullopt;
  file_ = progress.file;
  percent_ = percent;
  time_ns_ = now_ns;
  return absl::StrCat(file_, ": ", percent, " % read, ", progress.places, " places so far");
}

}  // namespace proxyherd::places
