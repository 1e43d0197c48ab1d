#include "server/log/lost_lines.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace proxyherd::server {
namespace {

std::string Lines(uint64_t count) {
  return absl::StrCat(count, count == 1 ? " log line was" : " log lines were");
}

}  // namespace

void LostLines::WriteFailed(int error) {
  ++unwritten_;
  error_ = error;
}

std::string LostLines::Message(uint64_t dropped, int64_t now_ns) const {
  const uint64_t unreported = Soon(now_ns) ? 0 : dropped - reported_dropped_;
  std::string message;
  if (unwritten_ > 0) {
    message = absl::StrCat(Lines(unwritten_), " not written (", std::strerror(error_), ")");
  }
  if (unreported > 0) {
    absl::StrAppend(&message, message.empty() ? "" : "; ", Lines(unreported),
                    " dropped, because the log was not read fast enough");
  }
  return message;
}

void LostLines::Reported(uint64_t dropped, int64_t now_ns) {
  unwritten_ = 0;
  if (Soon(now_ns) || dropped == reported_dropped_) return;
  reported_dropped_ = dropped;
  reported_ = true;
  reported_at_ns_ = now_ns;
}

// A clock that was set back must not suppress messages.
bool LostLines::Soon(int64_t now_ns) const {
  return reported_ && now_ns >= reported_at_ns_ && now_ns < reported_at_ns_ + kReportEveryNs;
}

}  // namespace proxyherd::server
