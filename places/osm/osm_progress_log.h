// When to say how far the reading of files is. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "places/osm/osm_extract.h"

namespace proxyherd {

// A line when a file's reading begins; then whenever a tenth more of it is read, but at most one a
// second; and one after five seconds in any case. For one thread.
class OsmProgressLog {
 public:
  static constexpr int kStepPercent = 10;
  static constexpr std::chrono::seconds kMinPause{1};
  static constexpr std::chrono::seconds kMaxPause{5};

  // The line to log now, if any. `now` is of a clock that never goes back.
  std::optional<std::string> Next(const OsmProgress& progress, std::chrono::nanoseconds now);

 private:
  std::string file_;  // of the last line, as are the others
  uint64_t percent_ = 0;
  std::chrono::nanoseconds time_{0};
};

}  // namespace proxyherd
