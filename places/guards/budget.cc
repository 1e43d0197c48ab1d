#include "places/guards/budget.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "base/env.h"
#include "base/split.h"
#include "places/guards/pacific_day.h"

namespace proxyherd::places {
namespace {

constexpr std::string_view kTitle = "proxyherd-budget 1";
constexpr int64_t kMinute = 60 * kSecond;

// A block is a tenth of a minute's calls or a hundredth of a day's, so that a crash costs little,
// but at most this number: one write per hundred calls is cheap.
constexpr int64_t kMaxBlock = 100;

int64_t BlockOf(const BudgetLimits& limits) {
  int64_t block = kMaxBlock;
  if (limits.per_minute > 0) block = std::min(block, limits.per_minute / 10);
  if (limits.per_day > 0) block = std::min(block, limits.per_day / 100);
  return std::max<int64_t>(block, 1);
}

int64_t LimitOr(int64_t limit) { return limit > 0 ? limit : kMaxBudgetNumber; }

// Advances a window to `now`. For clocks that are set back see the class comment.
void AdvanceWindow(int64_t now, int64_t& window, int64_t& calls) {
  if (now > window) calls = 0;
  if (now > window || now < window - 1) window = now;
}

// Parses "NAME NUMBER NUMBER".
bool ParseLine(std::string_view line, std::string_view name, int64_t& first, int64_t& second) {
  const std::vector<std::string_view> parts = Split(line, ' ');
  return parts.size() == 3 && parts[0] == name && absl::SimpleAtoi(ToAbsl(parts[1]), &first) &&
         absl::SimpleAtoi(ToAbsl(parts[2]), &second);
}

}  // namespace

std::string FormatBudgetRecord(const BudgetRecord& record) {
  return absl::StrCat(ToAbsl(kTitle), "\nday ", record.day, " ", record.day_calls, "\nminute ",
                      record.minute, " ", record.minute_calls, "\n");
}

absl::StatusOr<BudgetRecord> ParseBudgetRecord(std::string_view text) {
  const absl::Status damaged =
      absl::InvalidArgumentError("is not a budget record; deleting it restarts the count of today");
  if (text.size() > kMaxBudgetRecordBytes) return damaged;
  const std::vector<std::string_view> lines = Split(text, '\n');
  BudgetRecord record;
  if (lines.size() != 4 || lines[0] != kTitle ||
      !ParseLine(lines[1], "day", record.day, record.day_calls) ||
      !ParseLine(lines[2], "minute", record.minute, record.minute_calls)) {
    return damaged;
  }
  for (const int64_t number : {record.day, record.day_calls, record.minute, record.minute_calls}) {
    if (number < 0 || number > kMaxBudgetNumber) return damaged;
  }
  if (FormatBudgetRecord(record) != text) return damaged;
  return record;
}

Budget::Budget(const BudgetLimits& limits, const BudgetRecord& restored)
    : limits_(limits), block_(BlockOf(limits)), used_(restored), reserved_(restored) {}

Budget::Verdict Budget::Take(int64_t now_ns) {
  Advance(now_ns);
  if (used_.day_calls >= LimitOr(limits_.per_day)) return Verdict::kDayIsOver;
  if (used_.minute_calls >= LimitOr(limits_.per_minute)) return Verdict::kMinuteIsOver;
  const bool has_day = reserved_.day == used_.day && used_.day_calls < reserved_.day_calls;
  // Without a limit per minute the minute need not be stored.
  const bool has_minute = limits_.per_minute == 0 || (reserved_.minute == used_.minute &&
                                                      used_.minute_calls < reserved_.minute_calls);
  if (!has_day || !has_minute) return Verdict::kNeedsReserve;
  ++used_.day_calls;
  ++used_.minute_calls;
  return Verdict::kGranted;
}

BudgetRecord Budget::Reserve(int64_t now_ns) {
  Advance(now_ns);
  BudgetRecord next = used_;
  next.day_calls = std::min(used_.day_calls + block_, LimitOr(limits_.per_day));
  next.minute_calls = std::min(used_.minute_calls + block_, LimitOr(limits_.per_minute));
  return next;
}

int64_t Budget::LeftOfMinute(int64_t now_ns) {
  assert(limits_.per_minute > 0);
  Advance(now_ns);
  return std::max<int64_t>(limits_.per_minute - used_.minute_calls, 0);
}

int64_t Budget::LeftOfDay(int64_t now_ns) {
  assert(limits_.per_day > 0);
  Advance(now_ns);
  return std::max<int64_t>(limits_.per_day - used_.day_calls, 0);
}

int64_t Budget::NextMinute(int64_t now_ns) { return (now_ns / kMinute + 1) * kMinute; }

int64_t Budget::NextDay(int64_t now_ns) { return NextPacificMidnight(now_ns / kSecond) * kSecond; }

void Budget::Advance(int64_t now_ns) {
  AdvanceWindow(PacificDay(now_ns / kSecond), used_.day, used_.day_calls);
  AdvanceWindow(now_ns / kMinute, used_.minute, used_.minute_calls);
}

}  // namespace proxyherd::places
