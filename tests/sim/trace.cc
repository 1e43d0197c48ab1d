#include "tests/sim/trace.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "base/env.h"

namespace proxyherd::sim {

void Trace::Line(int64_t at_ns, const char* format, ...) {
  if (!on()) return;
  char text[512];
  const int head =
      std::snprintf(text, sizeof(text), "%3lld.%06lld ", static_cast<long long>(at_ns / kSecond),
                    static_cast<long long>(at_ns % kSecond / kMicrosecond));
  va_list arguments;
  va_start(arguments, format);
  const int body =
      std::vsnprintf(text + head, sizeof(text) - static_cast<size_t>(head), format, arguments);
  va_end(arguments);
  const size_t size = std::min(sizeof(text) - 1, static_cast<size_t>(head + body));
  sink_(std::string_view(text, size));
}

}  // namespace proxyherd::sim
