#include "bench/loader/closed_loop.h"

#include <algorithm>
#include <limits>

namespace proxyherd::bench {

ClosedLoop::ClosedLoop(const BenchOptions& options, PacingParts parts)
    : parts_(parts),
      depth_(static_cast<uint64_t>(options.depth)),
      left_(options.requests == 0 ? std::numeric_limits<uint64_t>::max() : options.requests),
      burst_ns_(parts.active) {}

absl::Status ClosedLoop::Begin(int64_t now_ns) {
  for (size_t index = 0; index < parts_.active; ++index) {
    if (absl::Status status = SendBurst(index, now_ns); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// A burst is timed from when the last one was answered. So the few microseconds of writing it are
// charged to the server instead of being lost, and the clock is read only once.
absl::Status ClosedLoop::SendBurst(size_t index, int64_t now_ns) {
  const uint64_t count = std::min(depth_, left_);
  if (count == 0) return absl::OkStatus();
  left_ -= count;
  burst_ns_[index] = now_ns;
  return parts_.sender.Send(*parts_.connections[index], count);
}

absl::Status ClosedLoop::OnReplies(size_t index, uint64_t count, int64_t now_ns) {
  if (parts_.meter.running()) parts_.meter.AddLatency(now_ns - burst_ns_[index], count);
  if (parts_.connections[index]->outstanding() > 0) return absl::OkStatus();
  return SendBurst(index, now_ns);
}

absl::Status ClosedLoop::OnTurn(int64_t /*now_ns*/) { return absl::OkStatus(); }

int64_t ClosedLoop::NextDueNs() const { return std::numeric_limits<int64_t>::max(); }

}  // namespace proxyherd::bench
