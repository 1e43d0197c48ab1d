// The open loop: requests are sent at a fixed rate, whether or not earlier ones are answered. Each
// request is timed from when it should have been sent, so that a server that stalls is charged for
// all requests that should have been sent meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/loader/pacing.h"

namespace proxyherd::bench {

class OpenLoop : public Pacing {
 public:
  // Maximum in flight per connection. Requests due beyond that wait, while their time runs.
  static constexpr uint64_t kMaxInFlight = 1024;

  OpenLoop(const BenchOptions& options, PacingParts parts);

  absl::Status Begin(int64_t now_ns) override;
  absl::Status OnReplies(size_t index, uint64_t count, int64_t now_ns) override;
  absl::Status OnTurn(int64_t now_ns) override;
  int64_t NextDueNs() const override;
  void Stop(int64_t now_ns) override;
  bool Exhausted() const override { return sent_ == most_; }

 private:
  // Returns when request `number`, counted from 0, should be sent.
  int64_t IntendedNs(uint64_t number) const;
  // Returns how many requests in all are due by `now_ns`.
  uint64_t DueBy(int64_t now_ns) const;

  const PacingParts parts_;
  const double interval_ns_;
  uint64_t most_;  // requests to send in all
  uint64_t sent_ = 0;
  int64_t begin_ns_ = 0;
  size_t next_ = 0;    // the connection whose turn it is
  bool full_ = false;  // at the last turn no connection had room for a due request
  // The intended times of requests in flight: a ring for each connection.
  std::vector<std::vector<int64_t>> intended_ns_;
  std::vector<uint64_t> answered_;
};

}  // namespace proxyherd::bench
