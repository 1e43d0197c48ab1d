// The subject of the next request: a client, its location, and the time. No I/O or clock.
#pragma once

#include <cstdint>

#include "bench/loader/options.h"

namespace proxyherd::bench {

struct ClientReport {
  uint32_t client = 0;  // below BenchOptions::clients
  // In 1e-9 degrees; at most 80 and 179 degrees unless `around` is set. Redis stores up to 85.
  int64_t latitude = 0;
  int64_t longitude = 0;
  int64_t time_ns = 0;  // since 1970; greater than in all earlier reports
};

// The same seed and options give the same reports, apart from the times of Stamp::kWall. Not
// thread-safe.
class ReportSource {
 public:
  explicit ReportSource(const BenchOptions& options);

  // Must be called before a burst of reports, with the wall clock's time: all of its reports are
  // stamped from this one reading, each a nanosecond later than the one before.
  void SetTime(int64_t wall_ns);

  ClientReport Next();

 private:
  struct Degrees {  // times 10^9
    int64_t latitude = 0;
    int64_t longitude = 0;
  };

  static Degrees MiddleOf(const BenchOptions& options);
  uint64_t Random();
  uint32_t PickClient();

  const uint64_t clients_;
  const uint64_t hot_clients_;
  const Pick pick_;
  const Move move_;
  const Stamp stamp_;
  const Degrees middle_;
  const Degrees reach_;  // to either side of the middle
  uint64_t random_;
  uint64_t count_ = 0;
  int64_t time_ns_;
};

}  // namespace proxyherd::bench
