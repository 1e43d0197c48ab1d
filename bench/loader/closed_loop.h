// The closed loop: a connection sends a burst, and the next burst when all of it is answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/loader/pacing.h"

namespace proxyherd::bench {

class ClosedLoop : public Pacing {
 public:
  ClosedLoop(const BenchOptions& options, PacingParts parts);

  absl::Status Begin(int64_t now_ns) override;
  absl::Status OnReplies(size_t index, uint64_t count, int64_t now_ns) override;
  absl::Status OnTurn(int64_t now_ns) override;
  int64_t NextDueNs() const override;
  void Stop(int64_t /*now_ns*/) override { left_ = 0; }
  bool Exhausted() const override { return left_ == 0; }

 private:
  absl::Status SendBurst(size_t index, int64_t now_ns);

  const PacingParts parts_;
  const uint64_t depth_;
  uint64_t left_;                  // requests still to send
  std::vector<int64_t> burst_ns_;  // when each connection's last burst was sent
};

}  // namespace proxyherd::bench
