// What the sessions of one loop share.
#pragma once

#include "gateway/backend.h"
#include "gateway/counters.h"
#include "gateway/limits.h"
#include "gateway/traffic_budget.h"

namespace proxyherd {

// Outlives the sessions.
struct SessionContext {
  const Backend& backend;
  const SessionLimits& limits;
  TrafficBudget& budget;
  GatewayCounters& counters;
};

}  // namespace proxyherd
