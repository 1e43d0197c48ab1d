// The grammar of the tag opening_hours, as far as it speaks of a regular week.
#pragma once

#include <bitset>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace proxyherd {

// Minutes since the day began. `begin` in [0, 1440), `end` beyond it, by 1440 at most.
struct OpeningTime {
  int begin;
  int end;

  bool operator==(const OpeningTime&) const = default;
};

// One rule, such as "Mo-Fr 08:00-12:00,13:00-17:00" or "Su off".
struct OpeningRule {
  std::bitset<7> days;      // from Sunday; none when it only speaks of holidays
  bool holidays = false;    // public ones (PH)
  bool closed = false;      // then without times
  bool additional = false;  // adds to what earlier rules say of its days, where others replace it
  std::vector<OpeningTime> times;

  bool operator==(const OpeningRule&) const = default;
};

// Nothing when there is anything else in it. It is as strict as the specification, but takes names
// of days in any case, in full or of three letters, hours of one digit, and the dash for ranges
// (U+2013).
std::optional<std::vector<OpeningRule>> ParseOpeningRules(absl::string_view value);

}  // namespace proxyherd
