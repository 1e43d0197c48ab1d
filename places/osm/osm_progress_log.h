// Decides when to log the progress of reading files. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/env.h"
#include "places/osm/osm_extract.h"

namespace proxyherd::places {

// Logs a line when a file is begun; then for each further tenth of it, but at most once a second;
// and at least every five seconds. For one thread.
class OsmProgressLog {
 public:
  static constexpr int kStepPercent = 10;
  static constexpr int64_t kMinPauseNs = 1 * kSecond;
  static constexpr int64_t kMaxPauseNs = 5 * kSecond;

  // Returns the line to log now, if any. `now_ns` is monotonic.
  std::optional<std::string> Next(const OsmProgress& progress, int64_t now_ns);

 private:
  std::string file_;  // of the last line, as are the others
  uint64_t percent_ = 0;
  int64_t time_ns_ = 0;
};

}  // namespace proxyherd::places
