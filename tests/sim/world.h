// State that all parts of one simulation share: the time, events, randomness, and the trace.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/env.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/random.h"
#include "tests/sim/trace.h"
#include "tests/support/fake_clock.h"

namespace proxyherd::sim {

// Coverage of a run, which shows that the faults were real.
struct Coverage {
  uint64_t events = 0;
  uint64_t reports = 0;
  uint64_t messages = 0;
  uint64_t dials = 0;
  uint64_t duplicated_dials = 0;
  uint64_t links_up = 0;
  uint64_t cuts = 0;
  uint64_t clogs = 0;
  uint64_t broken_streams = 0;
  uint64_t lost_messages = 0;
  uint64_t late_messages = 0;  // of streams that their sender had given up
  uint64_t blocked_writes = 0;
  uint64_t crashes = 0;
  uint64_t freezes = 0;
  uint64_t clock_steps = 0;
  uint64_t records_sent = 0;
  uint64_t answers_checked = 0;
  int64_t stalest_ns = 0;  // of answers under overload

  void Add(const Coverage& other);
};

struct World {
  World(uint64_t seed, std::function<void(std::string_view)> trace_sink)
      : random(seed), trace(std::move(trace_sink)) {}

  void Push(int64_t at_ns, EventKind kind, NodeId node, uint32_t incarnation, uint32_t detail = 0,
            uint32_t generation = 0) {
    queue.Push({at_ns, 0, kind, node, incarnation, detail, generation});
  }
  // Marks the run as failed; only the first reason is kept.
  void Fail(const std::string& what) {
    if (!failure.empty()) return;
    failure = what;
    trace.Line(now_ns(), "FAILED: %s", what.c_str());
  }

  // True time since the run began.
  int64_t now_ns() { return clock.MonotonicNs(); }

  FakeClock clock{FakeClock::kStartNs, 0};
  EventQueue queue;
  Random random;
  Trace trace;
  Coverage covered;
  std::string failure;
};

}  // namespace proxyherd::sim
