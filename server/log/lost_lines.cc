// Words for what was lost.
#include "server/log/lost_lines.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

std::string Lines(uint64_t count) {
  return absl::StrCat(count, count == 1 ? " log line was" : " log lines were");
}

}  // namespace

void LostLines::WriteFailed(int error) {
  ++unwritten_;
  error_ = error;
}

std::string LostLines::Words(uint64_t dropped, int64_t now_ns) const {
  const uint64_t untold = Soon(now_ns) ? 0 : dropped - told_dropped_;
  std::string words;
  if (unwritten_ > 0) {
    words = absl::StrCat(Lines(unwritten_), " not written (", std::strerror(error_), ")");
  }
  if (untold > 0) {
    absl::StrAppend(&words, words.empty() ? "" : "; ", Lines(untold),
                    " dropped, because the log was not read fast enough");
  }
  return words;
}

void LostLines::Told(uint64_t dropped, int64_t now_ns) {
  unwritten_ = 0;
  if (Soon(now_ns) || dropped == told_dropped_) return;
  told_dropped_ = dropped;
  told_ = true;
  told_at_ns_ = now_ns;
}

// A clock that was set back must not silence it.
bool LostLines::Soon(int64_t now_ns) const {
  return told_ && now_ns >= told_at_ns_ && now_ns < told_at_ns_ + kTellEveryNs;
}

}  // namespace proxyherd
