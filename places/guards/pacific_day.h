// Days as Google's quotas count them: they begin at midnight in California.
#pragma once

#include <cstdint>

namespace proxyherd {

// All times are seconds since 1970, from the year 1970 to 9999. The rules of daylight saving are
// those of the United States since 2007 (second Sunday of March, first Sunday of November, each at
// 2:00), written down here so that no time zone data is needed where the servers run.

// How many whole days there are from 1970-01-01 to the date in California.
int64_t PacificDay(int64_t unix_seconds);

// When the next day begins there; later than `unix_seconds`, by at most 25 hours.
int64_t NextPacificMidnight(int64_t unix_seconds);

}  // namespace proxyherd
