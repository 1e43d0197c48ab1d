// When which connection sends: the difference between a closed and an open loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "bench/loader/connection.h"
#include "bench/loader/meter.h"
#include "bench/loader/options.h"
#include "bench/loader/request_sender.h"

namespace proxyherd::bench {

// All times are of the monotonic clock, in ns. Not thread-safe.
class Pacing {
 public:
  virtual ~Pacing() = default;

  // Sends the first requests.
  virtual absl::Status Begin(int64_t now_ns) = 0;

  // Connection number `index` has got `count` replies. Adds their times to the meter.
  virtual absl::Status OnReplies(size_t index, uint64_t count, int64_t now_ns) = 0;

  // Sends due requests; called after every wait.
  virtual absl::Status OnTurn(int64_t now_ns) = 0;

  // When OnTurn is next needed, even if replies come in meanwhile; the end of time for never.
  virtual int64_t NextDueNs() const = 0;

  // Nothing that is due from now on is sent.
  virtual void Stop(int64_t now_ns) = 0;

  // Whether all has been sent that ever will be.
  virtual bool Exhausted() const = 0;
};

// The parts that a pacing works with; all must outlive it.
struct PacingParts {
  std::vector<std::unique_ptr<Connection>>& connections;  // that it may use: the first `active`
  size_t active;
  RequestSender& sender;
  Meter& meter;
};

// By options.rate.
std::unique_ptr<Pacing> MakePacing(const BenchOptions& options, PacingParts parts);

}  // namespace proxyherd::bench
