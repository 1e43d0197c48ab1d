// A parser of the tag opening_hours, for rules of a regular week.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>
#include <vector>

namespace proxyherd::places {

// Minutes since the beginning of the day: `begin` in [0, 1440), `end` in (begin, begin + 1440].
struct OpeningTime {
  int begin;
  int end;

  bool operator==(const OpeningTime&) const = default;
};

// One rule, such as "Mo-Fr 08:00-12:00,13:00-17:00" or "Su off".
struct OpeningRule {
  std::bitset<7> days;      // from Sunday; no day if the rule is only about holidays
  bool holidays = false;    // public ones (PH)
  bool closed = false;      // if set, `times` is empty
  bool additional = false;  // extends earlier rules for its days; other rules replace them
  std::vector<OpeningTime> times;

  bool operator==(const OpeningRule&) const = default;
};

// Returns nothing if the value contains anything else. As strict as the specification, except that
// it also accepts names of days in any case, in full or of three letters, hours of one digit, and
// the dash (U+2013) for ranges.
std::optional<std::vector<OpeningRule>> ParseOpeningRules(std::string_view value);

}  // namespace proxyherd::places
