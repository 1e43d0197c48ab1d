// Writes bursts of requests. No I/O except on the given connections.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "base/env.h"
#include "bench/loader/connection.h"
#include "bench/loader/options.h"
#include "bench/loader/report_source.h"
#include "bench/loader/request.h"

namespace proxyherd::bench {

// Not thread-safe. Allocates nothing after its largest burst.
class RequestSender {
 public:
  // `env` must outlive it.
  RequestSender(const BenchOptions& options, Env& env);

  // Sends the next `count` requests on `connection`.
  absl::Status Send(Connection& connection, uint64_t count);

 private:
  Env& env_;
  const bool mixed_;
  const bool wall_;
  const RequestTemplate request_;
  const RequestTemplate whatsat_;
  ReportSource reports_;
  std::vector<char> buffer_;
};

}  // namespace proxyherd::bench
