// How many calls may still be made, counted so that no crash can make it too many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proxyherd {

// The most calls of a window; 0: as many as you like.
struct BudgetLimits {
  int64_t per_minute = 0;  // minutes of the clock
  int64_t per_day = 0;     // days of California, by which Google counts
};

// How many calls may have been made: what is written down before they are.
struct BudgetRecord {
  int64_t day = 0;  // as PacificDay counts
  int64_t day_calls = 0;
  int64_t minute = 0;  // since 1970
  int64_t minute_calls = 0;

  bool operator==(const BudgetRecord&) const = default;
};

// No number of a record may be above this; 3,000 years of minutes, or calls for a very rich person.
inline constexpr int64_t kMaxBudgetNumber = 1'000'000'000'000;
inline constexpr size_t kMaxBudgetRecordBytes = 256;

// A record as text:
//
//   proxyherd-budget 1
//   day 20783 1200
//   minute 29928113 17
std::string FormatBudgetRecord(const BudgetRecord& record);

// Takes exactly what FormatBudgetRecord writes; INVALID_ARGUMENT, which says what to do, otherwise.
absl::StatusOr<BudgetRecord> ParseBudgetRecord(absl::string_view text);

// Writes records down. One thread at a time.
class BudgetStore {
 public:
  virtual ~BudgetStore() = default;

  // OK only when the record would be found after a crash of the machine.
  virtual absl::Status Save(const BudgetRecord& record) = 0;
};

// Counts calls against both limits. They are granted out of a block that was reserved, and written
// down, beforehand: so not every call has to be written down, and one that was made is always in
// the record. What a crash leaves of a block counts as used.
//
// Not thread-safe. The wall clock is believed when it goes on; when it is set back by up to a
// window the later window stays, and when it is set back further the count of the later one is
// taken over.
class Budget {
 public:
  enum class Verdict {
    kGranted,       // and counted
    kMinuteIsOver,  // the limit of this minute is reached
    kDayIsOver,
    kNeedsReserve,  // nothing is left of the block: have Reserve's record written, then ask again
  };

  Budget(const BudgetLimits& limits, const BudgetRecord& restored);

  Verdict Take(int64_t now_ns);

  // What to write down next: what was used, and a new block. Grants meanwhile go on with the old
  // block, and never beyond the new one.
  BudgetRecord Reserve(int64_t now_ns);
  // The record has been written.
  void SetReserved(const BudgetRecord& reserved) { reserved_ = reserved; }

  // What was used, to write down when no more calls come: gives the rest of the block back.
  BudgetRecord Used() const { return used_; }

  // Calls that are left now. REQUIRES: there is such a limit.
  int64_t LeftOfMinute(int64_t now_ns);
  int64_t LeftOfDay(int64_t now_ns);

  // When a window that is over is followed by the next one, in ns since 1970.
  static int64_t NextMinute(int64_t now_ns);
  static int64_t NextDay(int64_t now_ns);

  const BudgetLimits& limits() const { return limits_; }

 private:
  // Makes `used_` that of the present windows.
  void Advance(int64_t now_ns);

  const BudgetLimits limits_;
  const int64_t block_;
  BudgetRecord used_;
  BudgetRecord reserved_;
};

}  // namespace proxyherd
