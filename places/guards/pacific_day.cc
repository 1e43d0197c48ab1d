#include "places/guards/pacific_day.h"

#include "absl/time/civil_time.h"

namespace proxyherd::places {
namespace {

constexpr int64_t kHour = 3600;
constexpr int64_t kStandardOffset = -8 * kHour;  // PST
constexpr int64_t kDaylightOffset = -7 * kHour;  // PDT

constexpr absl::CivilDay kEpoch(1970, 1, 1);

absl::CivilDay FirstSunday(absl::civil_year_t year, int month) {
  const absl::CivilDay before = absl::CivilDay(year, month, 1) - 1;
  return absl::NextWeekday(before, absl::Weekday::sunday);
}

// Returns the time at which clocks with `offset` from UTC show `hour` on `day`.
int64_t At(absl::CivilDay day, int64_t hour, int64_t offset) {
  return (day - kEpoch) * 24 * kHour + hour * kHour - offset;
}

int64_t Offset(int64_t unix_seconds) {
  // Both changes are far from New Year, so standard time gives the right year.
  const absl::CivilSecond standard = absl::CivilSecond(kEpoch) + unix_seconds + kStandardOffset;
  const int64_t begin = At(FirstSunday(standard.year(), 3) + 7, 2, kStandardOffset);
  const int64_t end = At(FirstSunday(standard.year(), 11), 2, kDaylightOffset);
  return begin <= unix_seconds && unix_seconds < end ? kDaylightOffset : kStandardOffset;
}

}  // namespace

int64_t PacificDay(int64_t unix_seconds) {
  const absl::CivilSecond local = absl::CivilSecond(kEpoch) + unix_seconds + Offset(unix_seconds);
  return absl::CivilDay(local) - kEpoch;
}

int64_t NextPacificMidnight(int64_t unix_seconds) {
  const absl::CivilDay next = kEpoch + PacificDay(unix_seconds) + 1;
  // Clocks change at 2:00, so each midnight exists exactly once, with one of the two offsets.
  const int64_t by_daylight = At(next, 0, kDaylightOffset);
  return Offset(by_daylight) == kDaylightOffset ? by_daylight : At(next, 0, kStandardOffset);
}

}  // namespace proxyherd::places
