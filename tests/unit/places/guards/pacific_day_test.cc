// Tests midnights in California, with known dates and the time zone data of this machine.
#include "places/guards/pacific_day.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace proxyherd::places {
namespace {

int64_t At(const std::string& text) {
  absl::CivilSecond time;
  EXPECT_TRUE(absl::ParseCivilTime(absl::StripSuffix(text, "Z"), &time)) << text;
  return time - absl::CivilSecond(1970, 1, 1);
}

TEST(PacificDay, MidnightIsSevenOrEightHoursAfterThatOfGreenwich) {
  const struct {
    const char* now;
    const char* midnight;
  } kCases[] = {
      {"2026-01-15T07:59:59Z", "2026-01-15T08:00:00Z"},
      {"2026-01-15T08:00:00Z", "2026-01-16T08:00:00Z"},
      {"2026-07-04T06:59:59Z", "2026-07-04T07:00:00Z"},
      {"2026-07-04T07:00:00Z", "2026-07-05T07:00:00Z"},
      // Clocks go forward an hour on March 8th, and back on November 1st.
      {"2026-03-08T07:59:59Z", "2026-03-08T08:00:00Z"},
      {"2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z"},
      {"2026-03-08T10:00:00Z", "2026-03-09T07:00:00Z"},
      {"2026-11-01T06:59:59Z", "2026-11-01T07:00:00Z"},
      {"2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z"},
      {"2026-11-01T09:00:00Z", "2026-11-02T08:00:00Z"},
      {"2027-01-01T03:00:00Z", "2027-01-01T08:00:00Z"},
      {"2028-02-29T08:00:00Z", "2028-03-01T08:00:00Z"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(NextPacificMidnight(At(test.now)), At(test.midnight)) << test.now;
  }
}

TEST(PacificDay, TheDayChangesExactlyAtItsMidnight) {
  int64_t now = At("2007-01-01T00:00:00Z");
  const int64_t end = At("2107-01-01T00:00:00Z");
  int short_days = 0;
  int long_days = 0;
  while (now < end) {
    const int64_t midnight = NextPacificMidnight(now);
    ASSERT_GT(midnight, now);
    ASSERT_EQ(PacificDay(midnight - 1), PacificDay(now)) << now;
    ASSERT_EQ(PacificDay(midnight), PacificDay(now) + 1) << now;
    ASSERT_EQ(NextPacificMidnight(midnight - 1), midnight);
    short_days += NextPacificMidnight(midnight) - midnight == 23 * 3600 ? 1 : 0;
    long_days += NextPacificMidnight(midnight) - midnight == 25 * 3600 ? 1 : 0;
    now = midnight;
  }
  EXPECT_EQ(short_days, 100);
  EXPECT_EQ(long_days, 100);
}

TEST(PacificDay, AgreesWithTheTimeZoneDatabaseWhereThereIsOne) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("America/Los_Angeles", &zone)) GTEST_SKIP() << "no time zone data here";
  // A prime number of seconds, so that all hours occur.
  for (int64_t now = At("2007-01-01T00:00:00Z"); now < At("2037-01-01T00:00:00Z"); now += 3571) {
    const absl::CivilDay day(absl::ToCivilSecond(absl::FromUnixSeconds(now), zone));
    ASSERT_EQ(PacificDay(now), day - absl::CivilDay(1970, 1, 1)) << now;
    ASSERT_EQ(NextPacificMidnight(now), absl::ToUnixSeconds(absl::FromCivil(day + 1, zone)));
  }
}

}  // namespace
}  // namespace proxyherd::places
