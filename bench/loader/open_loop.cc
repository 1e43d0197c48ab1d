#include "bench/loader/open_loop.h"

#include <algorithm>
#include <limits>

#include "base/env.h"

namespace proxyherd::bench {

OpenLoop::OpenLoop(const BenchOptions& options, PacingParts parts)
    : parts_(parts),
      interval_ns_(static_cast<double>(kSecond) / options.rate),
      most_(options.requests == 0 ? std::numeric_limits<uint64_t>::max() : options.requests),
      intended_ns_(parts.active, std::vector<int64_t>(kMaxInFlight)),
      answered_(parts.active) {}

int64_t OpenLoop::IntendedNs(uint64_t number) const {
  return begin_ns_ + static_cast<int64_t>(static_cast<double>(number) * interval_ns_);
}

uint64_t OpenLoop::DueBy(int64_t now_ns) const {
  auto due = static_cast<uint64_t>(static_cast<double>(now_ns - begin_ns_) / interval_ns_) + 1;
  // Rounds as IntendedNs does, so that due requests have times in the past.
  if (due > 0 && IntendedNs(due - 1) > now_ns) --due;
  return std::min(due, most_);
}

absl::Status OpenLoop::Begin(int64_t now_ns) {
  begin_ns_ = now_ns;
  return OnTurn(now_ns);
}

// Divides due requests into equal shares, each sent in one write. Skips full connections, until all
// are full.
absl::Status OpenLoop::OnTurn(int64_t now_ns) {
  const uint64_t due = DueBy(now_ns);
  const uint64_t share = (due - std::min(due, sent_) + parts_.active - 1) / parts_.active;
  size_t passed_over = 0;
  while (sent_ < due && passed_over < parts_.active) {
    Connection& connection = *parts_.connections[next_];
    const uint64_t room = kMaxInFlight - connection.outstanding();
    const uint64_t count = std::min({share, room, due - sent_});
    std::vector<int64_t>& ring = intended_ns_[next_];
    next_ = next_ + 1 == parts_.active ? 0 : next_ + 1;
    if (count == 0) {
      ++passed_over;
      continue;
    }
    passed_over = 0;
    for (uint64_t i = 0; i < count; ++i) {
      ring[(connection.requests() + i) % kMaxInFlight] = IntendedNs(sent_ + i);
    }
    sent_ += count;
    if (absl::Status status = parts_.sender.Send(connection, count); !status.ok()) return status;
  }
  full_ = sent_ < due;
  return absl::OkStatus();
}

// The last replies are included although measuring has ended, because the slowest would be lost.
absl::Status OpenLoop::OnReplies(size_t index, uint64_t count, int64_t now_ns) {
  const std::vector<int64_t>& ring = intended_ns_[index];
  const bool measured = now_ns >= parts_.meter.began_ns();
  for (uint64_t i = 0; i < count; ++i) {
    const int64_t intended_ns = ring[answered_[index]++ % kMaxInFlight];
    if (measured) parts_.meter.AddLatency(now_ns - intended_ns, 1);
  }
  return absl::OkStatus();
}

int64_t OpenLoop::NextDueNs() const {
  // While no connection has room, only replies help.
  if (full_ || Exhausted()) return std::numeric_limits<int64_t>::max();
  return IntendedNs(sent_);
}

void OpenLoop::Stop(int64_t now_ns) {
  parts_.meter.SetUnsent(DueBy(now_ns) - sent_);
  most_ = sent_;
}

}  // namespace proxyherd::bench
