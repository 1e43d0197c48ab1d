#include "places/place/opening_hours.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/absl_strings.h"
#include "places/place/opening_rules.h"

namespace proxyherd::places {
namespace {

struct Span {
  int begin;  // minutes since the beginning of Sunday, not below 0
  int end;    // greater than `begin`, by at most 24 hours; beyond the week's end it is in the next
              // week

  bool operator<(const Span& other) const { return begin < other.begin; }
};

// The effect of one rule on one day.
struct DaySpan {
  OpeningTime time;
  size_t rule;
};

using Week = std::array<std::vector<DaySpan>, 7>;

bool Overlap(const std::vector<DaySpan>& spans, const std::vector<OpeningTime>& times) {
  for (const DaySpan& span : spans) {
    for (const OpeningTime& time : times) {
      if (span.time.begin < time.end && time.begin < span.time.end) return true;
    }
  }
  return false;
}

// Returns false if the meaning of the rule for the day is ambiguous.
bool ApplyRule(const OpeningRule& rule, size_t number, std::vector<DaySpan>& day) {
  if (rule.additional) {
    if (rule.closed) return day.empty();
  } else {
    // By the specification the later rule replaces the earlier one. If the two do not overlap,
    // mappers mostly meant the sum: "Mo-Fr 08:00-12:00; Mo 14:00-18:00".
    if (!rule.closed && !day.empty() && !Overlap(day, rule.times)) return false;
    day.clear();
  }
  for (const OpeningTime& time : rule.times) day.push_back({time, number});
  return true;
}

std::optional<Week> ApplyRules(const std::vector<OpeningRule>& rules) {
  Week week;
  for (size_t number = 0; number < rules.size(); ++number) {
    for (size_t day = 0; day < week.size(); ++day) {
      if (rules[number].days[day] && !ApplyRule(rules[number], number, week[day])) {
        return std::nullopt;
      }
    }
  }
  // If later rules leave nothing of a rule, the rule was meant differently.
  for (size_t number = 0; number < rules.size(); ++number) {
    if (rules[number].closed || rules[number].days.none()) continue;
    const bool counts = std::any_of(week.begin(), week.end(), [number](const auto& spans) {
      return std::any_of(spans.begin(), spans.end(),
                         [number](const DaySpan& span) { return span.rule == number; });
    });
    if (!counts) return std::nullopt;
  }
  return week;
}

// Joins spans that overlap or touch, also across the end of the week.
std::vector<Span> Join(const Week& week) {
  std::vector<Span> spans;
  for (size_t day = 0; day < week.size(); ++day) {
    for (const DaySpan& span : week[day]) {
      const int midnight = static_cast<int>(day) * kMinutesOfDay;
      spans.push_back({midnight + span.time.begin, midnight + span.time.end});
    }
  }
  std::sort(spans.begin(), spans.end());
  std::vector<Span> joined;
  for (const Span& span : spans) {
    if (joined.empty() || joined.back().end < span.begin) {
      joined.push_back(span);
    } else {
      joined.back().end = std::max(joined.back().end, span.end);
    }
  }
  while (joined.size() > 1 && joined.front().begin + kMinutesOfWeek <= joined.back().end) {
    joined.back().end = std::max(joined.back().end, joined.front().end + kMinutesOfWeek);
    joined.erase(joined.begin());
  }
  return joined;
}

OpeningHours ToHours(const std::vector<Span>& spans) {
  OpeningHours hours;
  for (const Span& span : spans) {
    if (span.end - span.begin >= kMinutesOfWeek) return {{{0, std::nullopt}}};
    hours.periods.push_back(
        {static_cast<uint16_t>(span.begin), static_cast<uint16_t>(span.end % kMinutesOfWeek)});
  }
  return hours;
}

// Formats e.g. "9:00 AM", with Google's narrow space before AM or PM.
std::string Clock(int minute, bool with_half) {
  const int of_day = minute % kMinutesOfDay;
  const int hour = of_day / 60 % 12;
  std::string text = absl::StrFormat("%d:%02d", hour == 0 ? 12 : hour, of_day % 60);
  if (with_half) absl::StrAppend(&text, "\u202f", of_day < kMinutesOfDay / 2 ? "AM" : "PM");
  return text;
}

// Writes AM or PM only once if it is the same for both times.
std::string ClockSpan(int begin, int end) {
  const int half = kMinutesOfDay / 2;
  return absl::StrCat(Clock(begin, begin / half != end / half), "\u2009–\u2009", Clock(end, true));
}

}  // namespace

OpeningHoursReading ReadOpeningHours(std::string_view value) {
  if (value.size() > kMaxOpeningHoursBytes) return {};
  const std::optional<std::vector<OpeningRule>> rules = ParseOpeningRules(value);
  if (!rules.has_value()) return {};
  const std::optional<Week> week = ApplyRules(*rules);
  if (!week.has_value()) return {};
  OpeningHoursReading reading;
  reading.hours = ToHours(Join(*week));
  if (reading.hours.periods.empty()) return {};
  const bool holidays = std::any_of(rules->begin(), rules->end(),
                                    [](const OpeningRule& rule) { return rule.holidays; });
  reading.kind =
      holidays ? OpeningHoursReading::Kind::kReadWithoutHolidays : OpeningHoursReading::Kind::kRead;
  return reading;
}

std::vector<std::string> DescribeWeek(const OpeningHours& hours) {
  std::array<std::string, 7> days;  // from Sunday
  const auto add = [&days](int minute, std::string_view text) {
    std::string& day = days[minute / kMinutesOfDay % days.size()];
    absl::StrAppend(&day, day.empty() ? "" : ", ", ToAbsl(text));
  };
  for (const OpeningPeriod& period : hours.periods) {
    int begin = period.open;
    int end = period.close.value_or(period.open);
    if (end <= begin) end += kMinutesOfWeek;
    // Whole days are listed separately, and so are the parts before and after them.
    const int midnight = (begin + kMinutesOfDay - 1) / kMinutesOfDay * kMinutesOfDay;
    if (end - midnight >= kMinutesOfDay) {
      if (begin < midnight) add(begin, ClockSpan(begin, midnight));
      for (begin = midnight; end - begin >= kMinutesOfDay; begin += kMinutesOfDay) {
        add(begin, "Open 24 hours");
      }
    }
    if (begin < end) add(begin, ClockSpan(begin, end));
  }
  constexpr std::string_view kNames[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                         "Thursday", "Friday", "Saturday"};
  std::vector<std::string> lines;
  for (size_t i = 1; i <= days.size(); ++i) {
    const std::string& day = days[i % days.size()];
    lines.push_back(
        absl::StrCat(ToAbsl(kNames[i % days.size()]), ": ", day.empty() ? "Closed" : day));
  }
  return lines;
}

}  // namespace proxyherd::places
