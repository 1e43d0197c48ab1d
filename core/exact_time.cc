// Reading and writing of exact times.
#include "core/exact_time.h"

#include <limits>

namespace proxyherd {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int kFractionDigits = 9;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<int64_t> ParseTimeNs(std::string_view text) {
  constexpr int64_t kMaxSeconds = std::numeric_limits<int64_t>::max() / kNanosecondsPerSecond;
  size_t at = 0;
  int64_t seconds = 0;
  for (; at < text.size() && IsDigit(text[at]); ++at) {
    seconds = seconds * 10 + (text[at] - '0');
    if (seconds > kMaxSeconds) return std::nullopt;
  }
  if (at == 0) return std::nullopt;
  int64_t fraction_ns = 0;
  if (at < text.size()) {
    if (text[at] != '.' || ++at == text.size()) return std::nullopt;
    int digits = 0;
    for (; at < text.size(); ++at) {
      if (!IsDigit(text[at])) return std::nullopt;
      if (digits == kFractionDigits) continue;
      fraction_ns = fraction_ns * 10 + (text[at] - '0');
      ++digits;
    }
    for (; digits < kFractionDigits; ++digits) fraction_ns *= 10;
  }
  const int64_t whole_ns = seconds * kNanosecondsPerSecond;
  if (fraction_ns > std::numeric_limits<int64_t>::max() - whole_ns) return std::nullopt;
  return whole_ns + fraction_ns;
}

void AppendDelta(int64_t received_ns, int64_t client_ns, std::string& out) {
  const int64_t delta = received_ns - client_ns;
  // The sign, at most ten digits of seconds, the point and nine digits.
  char text[24];
  char* at = text + sizeof(text);
  uint64_t rest = delta < 0 ? 0 - static_cast<uint64_t>(delta) : static_cast<uint64_t>(delta);
  for (int i = 0; i < kFractionDigits; ++i, rest /= 10) *--at = static_cast<char>('0' + rest % 10);
  *--at = '.';
  do {
    *--at = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  *--at = delta < 0 ? '-' : '+';
  out.append(at, text + sizeof(text));
}

}  // namespace proxyherd
