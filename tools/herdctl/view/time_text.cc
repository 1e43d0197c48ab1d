#include "tools/herdctl/view/time_text.h"

#include <array>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/env.h"

namespace proxyherd::tools {
namespace {

// Returns "?" for times that no calendar has.
std::string Format(int64_t since_1970_s, const char* format) {
  const auto time = static_cast<time_t>(since_1970_s);
  tm parts{};
  std::array<char, 32> text{};
  if (gmtime_r(&time, &parts) == nullptr) return "?";
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

// Times before 1970 do not occur: clients' times are not negative.
std::string Milliseconds(int64_t since_1970_ns) {
  return absl::StrFormat(".%03d", since_1970_ns % kSecond / kMillisecond);
}

}  // namespace

std::string TimeText(int64_t since_1970_s) { return Format(since_1970_s, "%Y-%m-%d %H:%M:%S UTC"); }

std::string TimeJson(int64_t since_1970_s) { return Format(since_1970_s, "%Y-%m-%dT%H:%M:%SZ"); }

std::string TimeTextMs(int64_t since_1970_ns) {
  return absl::StrCat(Format(since_1970_ns / kSecond, "%Y-%m-%d %H:%M:%S"),
                      Milliseconds(since_1970_ns));
}

std::string TimeJsonMs(int64_t since_1970_ns) {
  return absl::StrCat(Format(since_1970_ns / kSecond, "%Y-%m-%dT%H:%M:%S"),
                      Milliseconds(since_1970_ns), "Z");
}

}  // namespace proxyherd::tools
