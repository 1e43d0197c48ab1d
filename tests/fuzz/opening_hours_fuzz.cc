// Parses any bytes as opening hours: the result is an ordered week, and can be described.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "places/place/opening_hours.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const places::OpeningHoursReading reading = places::ReadOpeningHours(value);
  const std::vector<places::OpeningPeriod>& periods = reading.hours.periods;
  FUZZ_CHECK((reading.kind == places::OpeningHoursReading::Kind::kUnread) == periods.empty());
  for (size_t i = 0; i < periods.size(); ++i) {
    const places::OpeningPeriod& period = periods[i];
    const bool last = i + 1 == periods.size();
    FUZZ_CHECK(period.open < places::kMinutesOfWeek);
    FUZZ_CHECK(period.close.has_value() || (last && i == 0 && period.open == 0));
    FUZZ_CHECK(!period.close.has_value() || *period.close < places::kMinutesOfWeek);
    // Only the last one may end in the next week, and must do so before the first one opens.
    if (last) continue;
    FUZZ_CHECK(period.open < *period.close && *period.close < periods[i + 1].open);
  }
  FUZZ_CHECK(places::DescribeWeek(reading.hours).size() == 7);
  return 0;
}
