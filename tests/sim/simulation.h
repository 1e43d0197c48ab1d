// One run of a simulated herd: everything that a seed stands for, from the first start to the last
// check.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/sim/plan.h"
#include "tests/sim/world.h"

namespace proxyherd::sim {

struct RunResult {
  std::string failure;  // empty: everything held
  int64_t simulated_ns = 0;
  int64_t settled_ns = 0;    // how long after the last fault all agreed
  uint64_t fingerprint = 0;  // of all events; the same for the same seed
  Coverage covered;
};

// Runs a plan. `trace` receives one line at a time; nullptr: no trace is written.
RunResult RunPlan(const Plan& plan, std::function<void(std::string_view line)> trace);

}  // namespace proxyherd::sim
