// Reading and writing of exact times.
#include "core/exact_time.h"

#include <algorithm>
#include <limits>

#include "core/text_scan.h"

namespace proxyherd {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr ptrdiff_t kFractionDigits = 9;
constexpr uint64_t kLastNs = std::numeric_limits<int64_t>::max();
constexpr ptrdiff_t kMostSecondsDigits = 10;  // of the last time that fits

// Writes two digits before `at`.
char* WritePairBefore(char* at, uint64_t value) {
  *--at = static_cast<char>('0' + value % 10);
  *--at = static_cast<char>('0' + value / 10);
  return at;
}

}  // namespace

std::optional<int64_t> ParseTimeNs(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* const point = DigitsEnd(at, end);
  if (point == at) return std::nullopt;
  while (point - at > kMostSecondsDigits && *at == '0') ++at;
  if (point - at > kMostSecondsDigits) return std::nullopt;
  const uint64_t seconds = DigitsValue(at, point);
  if (seconds > kLastNs / kNanosecondsPerSecond) return std::nullopt;

  uint64_t fraction_ns = 0;
  if (point != end) {
    const char* const fraction = point + 1;
    if (*point != '.' || fraction == end || DigitsEnd(fraction, end) != end) return std::nullopt;
    ptrdiff_t digits = std::min(end - fraction, kFractionDigits);
    fraction_ns = DigitsValue(fraction, fraction + digits);
    for (; digits < kFractionDigits; ++digits) fraction_ns *= 10;
  }
  const uint64_t ns = seconds * kNanosecondsPerSecond + fraction_ns;
  if (ns > kLastNs) return std::nullopt;
  return static_cast<int64_t>(ns);
}

char* WriteDeltaBefore(char* end, int64_t received_ns, int64_t client_ns) {
  const int64_t delta = received_ns - client_ns;
  const auto positive = static_cast<uint64_t>(delta);
  const uint64_t size = delta < 0 ? 0 - positive : positive;
  char* at = end;
  uint64_t fraction = size % kNanosecondsPerSecond;
  for (int pairs = 0; pairs < kFractionDigits / 2; ++pairs, fraction /= 100) {
    at = WritePairBefore(at, fraction % 100);
  }
  *--at = static_cast<char>('0' + fraction);
  *--at = '.';
  uint64_t seconds = size / kNanosecondsPerSecond;
  do {
    *--at = static_cast<char>('0' + seconds % 10);
    seconds /= 10;
  } while (seconds != 0);
  *--at = delta < 0 ? '-' : '+';
  return at;
}

}  // namespace proxyherd
