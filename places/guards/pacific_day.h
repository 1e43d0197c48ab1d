// Days as Google's quotas count them: they begin at midnight in California.
#pragma once

#include <cstdint>

namespace proxyherd::places {

// All times are seconds since 1970, from the year 1970 to 9999. The rules of daylight saving are
// those of the United States since 2007 (second Sunday of March, first Sunday of November, each at
// 2:00), implemented here so that servers need no time zone data.

// Returns the number of whole days from 1970-01-01 to the date in California at that time.
int64_t PacificDay(int64_t unix_seconds);

// Returns the beginning of the next day there: later than `unix_seconds`, by at most 25 hours.
int64_t NextPacificMidnight(int64_t unix_seconds);

}  // namespace proxyherd::places
