// The meaning of a seed: the herd, its network and clocks, its clients' actions, and the faults.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/expiry.h"
#include "tests/sim/faults.h"
#include "tests/sim/topology.h"

namespace proxyherd::sim {

struct NetworkPlan {
  int64_t min_delay_ns = 0;  // one way
  int64_t max_delay_ns = 0;
  int64_t bytes_per_s = 0;        // of each stream, each way
  uint64_t buffer_bytes = 0;      // written and not yet read; more blocks the writer
  uint32_t duplicated_dials = 0;  // of a thousand
  uint32_t late_answers = 0;      // of a thousand streams, the answers travel long at first
  std::vector<bool> old_nodes;    // of the last release, by number; empty: none
};

struct ClockPlan {
  int64_t wall_offset_ns = 0;
  int32_t drift_ppm = 0;  // of both clocks
};

struct WorkloadPlan {
  uint32_t clients = 0;
  int64_t reports_per_s = 0;
  uint32_t burst = 1;    // reports that come at the same moment
  uint32_t preload = 0;  // reports of as many other clients, at the start
  // Of a thousand reports:
  uint32_t hot = 0;      // are of client 0
  uint32_t tied = 0;     // repeat their client's last time, with another location
  uint32_t retried = 0;  // repeat their client's last report
  uint32_t late = 0;     // carry an older time than their client's last
  uint32_t liars =
      0;  // of a thousand clients have clocks that are wrong by up to 20 years at times
  uint32_t wander = 0;  // are sent to another node than their client's last
};

struct Plan {
  uint64_t seed = 0;
  std::string kind;
  Topology topology;
  NetworkPlan network;
  std::vector<ClockPlan> clocks;
  WorkloadPlan workload;
  std::vector<FaultStep> faults;
  size_t feed_min_entries = 0;
  int64_t max_future_ns = 0;
  ExpiryRule expiry;
  int64_t max_skew_ns = 0;  // two nodes' wall clocks differ by no more, unless they are stepped
  int64_t load_ns = 0;      // clients report and things go wrong for so long
  int64_t settle_ns = 0;    // and so long afterwards all must agree, at the latest
  // How old an answer about client 0 may be at any node; 0: not checked.
  int64_t max_stale_ns = 0;
};

// `nodes`: the number of nodes; 0: the seed decides.
Plan MakePlan(uint64_t seed, size_t nodes);

}  // namespace proxyherd::sim
