// Decides when to log the progress of reading files. No I/O or clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/env.h"
#include "places/osm/osm_extract.h"

namespace proxyherd::places {

// Returns a line when a file is begun, then for each further tenth of it, but at most once a second
// and at least every five seconds. For one thread.
class OsmProgressLog {
 public:
  static constexpr int kStepPercent = 10;
  static constexpr int64_t kMinPauseNs = 1 * kSecond;
  static constexpr int64_t kMaxPauseNs = 5 * kSecond;

  // Returns the line to log now, if any. `now_ns` is monotonic.
  std::optional<std::string> Next(const OsmProgress& progress, int64_t now_ns);

 private:
  std::string file_;  // this and the others: of the last line
  uint64_t percent_ = 0;
  int64_t time_ns_ = 0;
};

}  // namespace proxyherd::places
