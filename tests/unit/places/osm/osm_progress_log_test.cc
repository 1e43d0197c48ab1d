// Tests when progress lines are logged; the test sets the time.
#include "places/osm/osm_progress_log.h"

#include <gtest/gtest.h>

#include "base/env.h"

namespace proxyherd::places {
namespace {

TEST(OsmProgressLogTest, LinesComeByTenthsAndByTime) {
  struct Row {
    int at_ms;
    const char* file;
    uint64_t bytes;  // of 3,000
    uint64_t places;
    const char* line;  // empty: none
  };
  const Row table[] = {
      {70'000, "a.pbf", 30, 0, "a.pbf: 1 % read, 0 places so far"},
      {70'500, "a.pbf", 600, 0, ""},  // too soon
      {71'000, "a.pbf", 659, 0, "a.pbf: 21 % read, 0 places so far"},
      {72'900, "a.pbf", 900, 5, ""},  // not a tenth more
      {73'000, "a.pbf", 930, 5, "a.pbf: 31 % read, 5 places so far"},
      {77'999, "a.pbf", 960, 6, ""},
      {78'000, "a.pbf", 960, 7, "a.pbf: 32 % read, 7 places so far"},  // five seconds
      {79'000, "a.pbf", 3000, 9, "a.pbf: 100 % read, 9 places so far"},
      {79'001, "b.pbf", 30, 0, "b.pbf: 1 % read, 0 places so far"},
      {79'002, "b.pbf", 60, 0, ""},
      {84'001, "b.pbf", 90, 0, "b.pbf: 3 % read, 0 places so far"},
      {84'002, "b.pbf", 30, 0, "b.pbf: 1 % read, 0 places so far"},  // read again
  };
  OsmProgressLog log;
  for (const Row& row : table) {
    const OsmProgress progress{row.file, row.bytes, 3000, row.places};
    EXPECT_EQ(log.Next(progress, row.at_ms * kMillisecond).value_or(""), row.line) << row.at_ms;
  }
}

}  // namespace
}  // namespace proxyherd::places
