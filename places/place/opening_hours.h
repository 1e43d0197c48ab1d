// Reads the tag opening_hours of OpenStreetMap as far as Google's regular hours can express it.
//
// https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proxyherd::places {

// A minute of the week in local time; 0 is the beginning of Sunday.
inline constexpr uint16_t kMinutesOfDay = 24 * 60;
inline constexpr uint16_t kMinutesOfWeek = 7 * kMinutesOfDay;

struct OpeningPeriod {
  uint16_t open = 0;              // in [0, kMinutesOfWeek)
  std::optional<uint16_t> close;  // in the same range, may be less than `open`; unset: always open

  bool operator==(const OpeningPeriod&) const = default;
};

// At least one period, in order of `open`. Periods neither overlap nor adjoin. "Always open" is one
// period that opens at 0 and never closes.
struct OpeningHours {
  std::vector<OpeningPeriod> periods;

  bool operator==(const OpeningHours&) const = default;
};

// OpenStreetMap allows values of 255 characters.
inline constexpr size_t kMaxOpeningHoursBytes = 1024;

struct OpeningHoursReading {
  enum class Kind {
    kRead,
    kReadWithoutHolidays,  // public holidays are ignored, because they are not regular
    kUnread,               // not a regular week, or ambiguous
  };

  Kind kind = Kind::kUnread;
  OpeningHours hours;  // empty if unread

  bool operator==(const OpeningHoursReading&) const = default;
};

// A value is read completely or not at all. Values with months, weeks, dates, school holidays,
// sunrise, open ends, alternatives or conditions ("by appointment") are not read.
OpeningHoursReading ReadOpeningHours(std::string_view value);

// Returns seven lines from Monday to Sunday, as Google writes them in English: "Monday: 9:00 AM –
// 5:00 PM".
std::vector<std::string> DescribeWeek(const OpeningHours& hours);

}  // namespace proxyherd::places
