// Decides when to log the progress of reading files. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "places/osm/osm_extract.h"

namespace proxyherd {

// Logs a line when a file is begun; then for each further tenth of it, but at most once a second;
// and at least every five seconds. For one thread.
class OsmProgressLog {
 public:
  static constexpr int kStepPercent = 10;
  static constexpr std::chrono::seconds kMinPause{1};
  static constexpr std::chrono::seconds kMaxPause{5};

  // Returns the line to log now, if any. `now` is monotonic.
  std::optional<std::string> Next(const OsmProgress& progress, std::chrono::nanoseconds now);

 private:
  std::string file_;  // of the last line, as are the others
  uint64_t percent_ = 0;
  std::chrono::nanoseconds time_{0};
};

}  // namespace proxyherd
