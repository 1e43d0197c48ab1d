// The parts of the node that the gateway uses.
#pragma once

#include "base/env.h"
#include "core/confirmations.h"
#include "core/table.h"
#include "gateway/protocol/places_lookup.h"
#include "gateway/session/traffic_log.h"

namespace proxyherd::gateway {

// Everything here is thread-safe and outlives the server.
struct Backend {
  Table& table;
  Env& env;
  PlacesLookup places;
  TrafficLog& log;
  // The reply to an IAMAT waits for these; nullptr: it does not wait.
  Confirmations* confirmations = nullptr;
};

}  // namespace proxyherd::gateway
