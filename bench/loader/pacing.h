// Decides when to send, and on which connection; closed_loop.h and open_loop.h implement it.
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

// All times are monotonic, in ns. Not thread-safe.
class Pacing {
 public:
  virtual ~Pacing() = default;

  // Sends the first requests.
  virtual absl::Status Begin(int64_t now_ns) = 0;

  // Connection number `index` has received `count` replies. Adds their times to the meter.
  virtual absl::Status OnReplies(size_t index, uint64_t count, int64_t now_ns) = 0;

  // Sends due requests; called after every wait.
  virtual absl::Status OnTurn(int64_t now_ns) = 0;

  // When OnTurn must be called next, whether or not replies arrive; if never, the end of time.
  virtual int64_t NextDueNs() const = 0;

  // Sends nothing that is due from now on.
  virtual void Stop(int64_t now_ns) = 0;

  // Returns true if everything was sent that ever will be.
  virtual bool Exhausted() const = 0;
};

// The parts that a pacing works with; all must outlive it.
struct PacingParts {
  std::vector<std::unique_ptr<Connection>>& connections;  // the first `active` may be used
  size_t active;
  RequestSender& sender;
  Meter& meter;
};

// Selects the pacing by options.rate.
std::unique_ptr<Pacing> MakePacing(const BenchOptions& options, PacingParts parts);

}  // namespace proxyherd::bench
