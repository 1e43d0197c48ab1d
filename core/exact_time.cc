#include "core/exact_time.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "base/text_scan.h"

namespace proxyherd {
namespace {

constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr uint64_t kEightDigits = 100'000'000;
constexpr ptrdiff_t kFractionDigits = 9;
constexpr uint64_t kLastNs = std::numeric_limits<int64_t>::max();
constexpr ptrdiff_t kMaxSecondsDigits = 10;  // of the latest time that fits

// Parses the text between the seconds and the end: nothing, or a point and digits.
std::optional<uint64_t> ParseFractionNs(const char* at, const char* end) {
  if (at == end) return 0;
  if (*at != '.' || ++at == end) return std::nullopt;
  Digits digits = ReadDigits(at, end);
  if (digits.end != end) return std::nullopt;
  const ptrdiff_t count = std::min(end - at, kFractionDigits);
  if (end - at > kFractionDigits) digits = ReadDigits(at, at + kFractionDigits);
  for (ptrdiff_t i = count; i < kFractionDigits; ++i) digits.value *= 10;
  return digits.value;
}

// Writes seconds and nine fraction digits.
char* WriteSecondsBefore(char* end, uint64_t ns) {
  const uint64_t fraction_ns = ns % kNanosecondsPerSecond;
  char* at = end - TextWord::kBytes;
  TextWord::OfDigits(fraction_ns % kEightDigits).Store(at);
  *--at = static_cast<char>('0' + fraction_ns / kEightDigits);
  *--at = '.';
  uint64_t seconds = ns / kNanosecondsPerSecond;
  do {
    *--at = static_cast<char>('0' + seconds % 10);
    seconds /= 10;
  } while (seconds != 0);
  return at;
}

}  // namespace

std::optional<int64_t> ParseTimeNs(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  Digits seconds = ReadDigits(at, end);
  if (seconds.end == at) return std::nullopt;
  if (seconds.end - at > kMaxSecondsDigits) {
    while (seconds.end - at > kMaxSecondsDigits && *at == '0') ++at;
    if (seconds.end - at > kMaxSecondsDigits) return std::nullopt;
    seconds = ReadDigits(at, seconds.end);
  }
  if (seconds.value > kLastNs / kNanosecondsPerSecond) return std::nullopt;
  const uint64_t whole_ns = seconds.value * kNanosecondsPerSecond;
  const std::optional<uint64_t> fraction_ns = ParseFractionNs(seconds.end, end);
  if (!fraction_ns.has_value() || *fraction_ns > kLastNs - whole_ns) return std::nullopt;
  return static_cast<int64_t>(whole_ns + *fraction_ns);
}

char* WriteDeltaBefore(char* end, int64_t received_ns, int64_t client_ns) {
  assert(received_ns >= 0 && client_ns >= 0);
  const int64_t delta = received_ns - client_ns;
  const auto positive = static_cast<uint64_t>(delta);
  char* at = WriteSecondsBefore(end, delta < 0 ? 0 - positive : positive);
  *--at = delta < 0 ? '-' : '+';
  return at;
}

char* WriteTimeBefore(char* end, int64_t time_ns) {
  assert(time_ns >= 0);
  return WriteSecondsBefore(end, static_cast<uint64_t>(time_ns));
}

}  // namespace proxyherd
