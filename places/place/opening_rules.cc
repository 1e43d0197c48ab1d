// A recursive-descent parser. Each Take function consumes what its name says, or nothing.
#include "places/place/opening_rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/absl_strings.h"

namespace proxyherd::places {
namespace {

constexpr int kMinutesADay = 24 * 60;

constexpr std::string_view kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                      "thursday", "friday", "saturday"};
constexpr std::string_view kHolidays = "PH";

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(ToAbsl(a), ToAbsl(b));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<std::vector<OpeningRule>> Run() {
    std::vector<OpeningRule> rules;
    bool additional = false;
    for (;;) {
      while (!additional && Take(";")) {
      }
      SkipSpace();
      if (rest_.empty()) break;
      OpeningRule rule;
      rule.additional = additional;
      if (!TakeRule(rule)) return std::nullopt;
      rules.push_back(std::move(rule));
      SkipSpace();
      additional = Take(",");
      if (!additional && !rest_.empty() && rest_.front() != ';') return std::nullopt;
    }
    // A comma must be followed by a rule.
    if (additional || rules.empty()) return std::nullopt;
    return rules;
  }

 private:
  // The state of the rule, if it has one. A comment beside it does not change the state.
  enum class State { kNone, kOpen, kClosed };

  void SkipSpace() { rest_ = FromAbsl(absl::StripLeadingAsciiWhitespace(ToAbsl(rest_))); }

  bool Take(std::string_view text) {
    SkipSpace();
    return ConsumePrefix(&rest_, text);
  }

  std::string_view PeekWord() {
    SkipSpace();
    const auto* const end = std::find_if_not(rest_.begin(), rest_.end(), absl::ascii_isalpha);
    return rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
  }

  bool TakeWord(std::string_view word) {
    const std::string_view peeked = PeekWord();
    if (!EqualsIgnoreCase(peeked, word)) return false;
    rest_.remove_prefix(peeked.size());
    return true;
  }

  bool TakeDash() { return Take("-") || Take("\u2013"); }

  std::optional<size_t> PeekDay() {
    const std::string_view word = PeekWord();
    for (size_t day = 0; day < std::size(kDays); ++day) {
      const std::string_view name = kDays[day];
      if (EqualsIgnoreCase(word, name) || EqualsIgnoreCase(word, name.substr(0, 2)) ||
          EqualsIgnoreCase(word, name.substr(0, 3))) {
        return day;
      }
    }
    return std::nullopt;
  }

  std::optional<size_t> TakeDay() {
    const std::optional<size_t> day = PeekDay();
    if (day.has_value()) rest_.remove_prefix(PeekWord().size());
    return day;
  }

  bool TakeRule(OpeningRule& rule) {
    if (Take("24/7")) {
      rule.days.set();
      rule.times = {{0, kMinutesADay}};
      const std::optional<State> state = TakeState();
      return state.has_value() && *state != State::kClosed;
    }
    if (!TakeDays(rule) || !TakeTimes(rule)) return false;
    const std::optional<State> state = TakeState();
    if (!state.has_value()) return false;
    rule.closed = *state == State::kClosed;
    // Rules that close for a part of a day, and days without times, are rare and often ambiguous.
    return rule.closed == rule.times.empty();
  }

  // Takes "Mo-Fr,Su,PH:", or nothing, which means every day.
  bool TakeDays(OpeningRule& rule) {
    if (!PeekDay().has_value() && !EqualsIgnoreCase(PeekWord(), kHolidays)) {
      rule.days.set();
      return true;
    }
    do {
      if (!TakeDayRange(rule)) return false;
    } while (Take(","));
    (void)Take(":");
    return true;
  }

  bool TakeDayRange(OpeningRule& rule) {
    if (TakeWord(kHolidays)) {
      rule.holidays = true;
      return true;
    }
    const std::optional<size_t> first = TakeDay();
    if (!first.has_value()) return false;
    rule.days.set(*first);
    if (!TakeDash()) return true;
    const std::optional<size_t> last = TakeDay();
    if (!last.has_value()) return false;
    for (size_t day = *first; day != *last; day = (day + 1) % rule.days.size()) {
      rule.days.set((day + 1) % rule.days.size());
    }
    return true;
  }

  // Takes "08:00-12:00,13:00-17:00", or nothing. A comma without a time begins another rule.
  bool TakeTimes(OpeningRule& rule) {
    for (;;) {
      SkipSpace();
      if (rest_.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(rest_.front()))) {
        return true;
      }
      const std::optional<int> begin = TakeTime();
      if (!begin.has_value() || !TakeDash()) return false;
      const std::optional<int> end = TakeTime();
      if (!end.has_value() || *begin >= kMinutesADay || *begin == *end) return false;
      // Times up to 48:00 are allowed. If the end is not later than the beginning, it is on the
      // next day.
      const OpeningTime time{*begin, *end < *begin ? *end + kMinutesADay : *end};
      if (time.end - time.begin > kMinutesADay) return false;
      rule.times.push_back(time);
      const std::string_view before_comma = rest_;
      if (!Take(",")) return true;
      SkipSpace();
      if (rest_.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(rest_.front()))) {
        rest_ = before_comma;
        return true;
      }
    }
  }

  // Takes "8:00", "08:00" or "24:00"; returns minutes.
  std::optional<int> TakeTime() {
    const std::optional<int> hour = TakeNumber(1, 2);
    if (!hour.has_value() || rest_.empty() || rest_.front() != ':') return std::nullopt;
    rest_.remove_prefix(1);
    const std::optional<int> minute = TakeNumber(2, 2);
    if (!minute.has_value() || *minute >= 60) return std::nullopt;
    const int time = *hour * 60 + *minute;
    if (time > 2 * kMinutesADay) return std::nullopt;
    return time;
  }

  std::optional<int> TakeNumber(size_t min_digits, size_t max_digits) {
    SkipSpace();
    int number = 0;
    size_t digits = 0;
    while (digits < rest_.size() &&
           absl::ascii_isdigit(static_cast<unsigned char>(rest_[digits]))) {
      if (++digits > max_digits) return std::nullopt;
      number = number * 10 + (rest_[digits - 1] - '0');
    }
    if (digits < min_digits) return std::nullopt;
    rest_.remove_prefix(digits);
    return number;
  }

  // Returns nothing if the hours are conditional, which a comment without a state also means.
  std::optional<State> TakeState() {
    State state = State::kNone;
    if (TakeWord("off") || TakeWord("closed")) {
      state = State::kClosed;
    } else if (TakeWord("open")) {
      state = State::kOpen;
    }
    if (!Take("\"")) return state;
    const size_t end = rest_.find('"');
    if (end == std::string_view::npos || state == State::kNone) return std::nullopt;
    rest_.remove_prefix(end + 1);
    return state;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<std::vector<OpeningRule>> ParseOpeningRules(std::string_view value) {
  return Parser(value).Run();
}

}  // namespace proxyherd::places
