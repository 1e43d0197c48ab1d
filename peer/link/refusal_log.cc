#include "peer/link/refusal_log.h"

#include <algorithm>
#include <limits>

namespace proxyherd::peer {
namespace {

// Refusals beyond kMaxRefusalsLogged share one entry; no node has this name.
constexpr char kOthers[] = "*";

}  // namespace

std::optional<RefusalLog::Line> RefusalLog::OnRefused(const CloseReason& reason,
                                                      const std::string& node, int64_t now_ns) {
  Key key = {reason.kind, node};
  const Key others = {CloseKind::kOther, kOthers};
  const size_t distinct = entries_.size() - entries_.count(others);
  if (entries_.count(key) == 0 && distinct >= kMaxRefusalsLogged) key = others;
  const auto [at, first] = entries_.try_emplace(std::move(key));
  Entry& entry = at->second;
  entry.reason = reason.text;
  if (first) {
    entry.said_ns = now_ns;
    return Line{reason.text, 0, 0};
  }
  ++entry.more;
  return std::nullopt;
}

std::vector<RefusalLog::Line> RefusalLog::Tick(int64_t now_ns) {
  std::vector<Line> lines;
  for (auto at = entries_.begin(); at != entries_.end();) {
    Entry& entry = at->second;
    if (now_ns < entry.said_ns + kLogIntervalNs) {
      ++at;
    } else if (entry.more == 0) {
      at = entries_.erase(at);
    } else {
      lines.push_back({entry.reason, entry.more, now_ns - entry.said_ns});
      entry.more = 0;
      entry.said_ns = now_ns;
      ++at;
    }
  }
  return lines;
}

int64_t RefusalLog::NextTimer() const {
  int64_t next_ns = std::numeric_limits<int64_t>::max();
  for (const auto& [key, entry] : entries_) {
    next_ns = std::min(next_ns, entry.said_ns + kLogIntervalNs);
  }
  return next_ns;
}

}  // namespace proxyherd::peer
