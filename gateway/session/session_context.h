// The context that the sessions of one loop share.
#pragma once

#include "gateway/limits/session_limits.h"
#include "gateway/limits/traffic_budget.h"
#include "gateway/session/backend.h"
#include "gateway/session/counters.h"

namespace proxyherd::gateway {

// Outlives the sessions.
struct SessionContext {
  const Backend& backend;
  const SessionLimits& limits;
  TrafficBudget& budget;
  GatewayCounters& counters;
};

}  // namespace proxyherd::gateway
