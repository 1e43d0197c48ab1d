// Measurements of a run: replies, their times, and the CPU time used for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "bench/loader/histogram.h"
#include "bench/loader/reply_framer.h"

namespace proxyherd::bench {

struct Measurement {
  double seconds = 0;
  uint64_t requests = 0;  // replies received while measuring
  uint64_t errors = 0;    // wrong replies, at any time
  std::string first_error;
  uint64_t unsent = 0;  // open loop: requests that were due but never had room
  uint64_t reply_bytes = 0;
  Histogram latency;
  int64_t loader_cpu_ns = 0;
  std::vector<int64_t> pid_cpu_ns;  // in the order of the pids
};

// Not thread-safe.
class Meter {
 public:
  explicit Meter(std::vector<int> pids) : pids_(std::move(pids)) {}

  // Called once each, in this order.
  absl::Status Start(int64_t now_ns);
  absl::Status Stop(int64_t now_ns);

  bool running() const { return running_; }
  // When Start was called; before that, the end of time.
  int64_t began_ns() const { return began_ns_; }

  // Adds the replies of one read. Errors are always counted, replies only while measuring.
  void AddReplies(const Replies& replies, size_t bytes);
  // Adds the latency in any case: only a Pacing knows which times belong to the measured part.
  void AddLatency(int64_t latency_ns, uint64_t times) { result_.latency.Add(latency_ns, times); }
  void SetUnsent(uint64_t unsent) { result_.unsent = unsent; }

  const Measurement& result() const { return result_; }

 private:
  // Adds the CPU clocks, times `sign`, to the result.
  absl::Status AddCpu(int64_t sign);

  const std::vector<int> pids_;
  Measurement result_;
  bool running_ = false;
  int64_t began_ns_ = std::numeric_limits<int64_t>::max();
};

}  // namespace proxyherd::bench
