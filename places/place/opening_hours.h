// Reads the tag opening_hours of OpenStreetMap as far as Google's regular hours can say the same.
//
// https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace proxyherd {

// A minute of the week on the clock of the place; 0 is the beginning of Sunday.
inline constexpr uint16_t kMinutesOfDay = 24 * 60;
inline constexpr uint16_t kMinutesOfWeek = 7 * kMinutesOfDay;

struct OpeningPeriod {
  uint16_t open = 0;              // in [0, kMinutesOfWeek)
  std::optional<uint16_t> close;  // likewise, may lie before `open`; none: always open

  bool operator==(const OpeningPeriod&) const = default;
};

// At least one period; in order of `open`, and they neither touch nor overlap. Always open is one
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
    kReadWithoutHolidays,  // as kRead; what it says of public holidays, which are not regular, not
    kUnread,               // not a regular week, or not understood without doubt
  };

  Kind kind = Kind::kUnread;
  OpeningHours hours;  // empty when unread

  bool operator==(const OpeningHoursReading&) const = default;
};

// What it does not understand wholly it does not read at all: months, weeks, dates, school
// holidays, sunrise, open ends, alternatives, and hours that depend on something ("by
// appointment").
OpeningHoursReading ReadOpeningHours(absl::string_view value);

// Seven lines from Monday to Sunday, as Google writes them in English: "Monday: 9:00 AM – 5:00 PM".
std::vector<std::string> DescribeWeek(const OpeningHours& hours);

}  // namespace proxyherd
