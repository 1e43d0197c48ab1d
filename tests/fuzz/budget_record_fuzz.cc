// Parses any text as a record of a budget: it is refused, or written back byte for byte.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "places/guards/budget.h"
#include "tests/support/check.h"

using namespace proxyherd;  // NOLINT: a program of one function

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = places::ParseBudgetRecord(text);
  if (!record.ok()) return 0;
  FUZZ_CHECK(places::FormatBudgetRecord(*record) == text);
  // For every record, a budget of one call has at most one call left.
  places::Budget budget({.per_minute = 1, .per_day = 1}, *record);
  constexpr int64_t kNow = 1'790'000'000'000'000'000;
  int granted = 0;
  for (int i = 0; i < 4; ++i) {
    const places::Budget::Verdict verdict = budget.Take(kNow);
    granted += verdict == places::Budget::Verdict::kGranted ? 1 : 0;
    if (verdict == places::Budget::Verdict::kNeedsReserve) budget.SetReserved(budget.Reserve(kNow));
  }
  FUZZ_CHECK(granted <= 1);
  return 0;
}
