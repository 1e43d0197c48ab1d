// Counts calls against a budget, so that no crash can lead to more calls than the budget allows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace proxyherd::places {

// Maximum calls in a window; 0 means unlimited.
struct BudgetLimits {
  int64_t per_minute = 0;  // minutes of the clock
  int64_t per_day = 0;     // days in California, as Google counts them
};

// How many calls may have been made; stored before they are made.
struct BudgetRecord {
  int64_t day = 0;  // see PacificDay
  int64_t day_calls = 0;
  int64_t minute = 0;  // since 1970
  int64_t minute_calls = 0;

  bool operator==(const BudgetRecord&) const = default;
};

// Maximum of each number in a record: 3,000 years of minutes, or more calls than can be paid for.
inline constexpr int64_t kMaxBudgetNumber = 1'000'000'000'000;
inline constexpr size_t kMaxBudgetRecordBytes = 256;

// Formats a record as text:
//
//   proxyherd-budget 1
//   day 20783 1200
//   minute 29928113 17
std::string FormatBudgetRecord(const BudgetRecord& record);

// Accepts only what FormatBudgetRecord writes. Otherwise INVALID_ARGUMENT, which says what to do.
absl::StatusOr<BudgetRecord> ParseBudgetRecord(std::string_view text);

// Stores records. Used by one thread at a time.
class BudgetStore {
 public:
  virtual ~BudgetStore() = default;

  // Returns OK only if the record survives a crash of the machine.
  virtual absl::Status Save(const BudgetRecord& record) = 0;
};

// Counts calls against both limits. Calls are granted from a block that was reserved and stored
// beforehand. So not every call needs a write, but the record contains every call made. After a
// crash the rest of a block is taken as used.
//
// Not thread-safe. The wall clock is trusted if it moves forward. If it is set back by up to one
// window, the later window stays current; if it is set back further, the count of the later window
// is carried over.
class Budget {
 public:
  enum class Verdict {
    kGranted,       // and counted
    kMinuteIsOver,  // the limit of this minute is reached
    kDayIsOver,
    kNeedsReserve,  // the block is used up: store what Reserve returns, then call Take again
  };

  Budget(const BudgetLimits& limits, const BudgetRecord& restored);

  Verdict Take(int64_t now_ns);

  // Returns the record to store next: the used calls and a new block. Until SetReserved, calls are
  // granted from the old block, and never beyond the new one.
  BudgetRecord Reserve(int64_t now_ns);
  // Must be called once the record is stored.
  void SetReserved(const BudgetRecord& reserved) { reserved_ = reserved; }

  // Returns the calls granted so far, without the rest of the block. Store it when no more calls
  // will come, so that the rest of the block is not lost.
  BudgetRecord Used() const { return used_; }

  // Return the calls that are left now. REQUIRES: the limit of that window is above 0.
  int64_t LeftOfMinute(int64_t now_ns);
  int64_t LeftOfDay(int64_t now_ns);

  // Return the beginning of the next window, in ns since 1970.
  static int64_t NextMinute(int64_t now_ns);
  static int64_t NextDay(int64_t now_ns);

  const BudgetLimits& limits() const { return limits_; }

 private:
  // Moves `used_` to the present windows.
  void Advance(int64_t now_ns);

  const BudgetLimits limits_;
  const int64_t block_;
  BudgetRecord used_;
  BudgetRecord reserved_;
};

}  // namespace proxyherd::places
