// Converts between gateway and places: turns a query of the gateway into a search, and the
// provider's answer or error into the gateway's. No other file does this.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "base/env.h"
#include "gateway/protocol/places_lookup.h"
#include "places/provider/provider.h"

namespace proxyherd::node {

// Returns a lookup that searches `provider`, keeps it alive, and has a deadline of 5 s.
gateway::PlacesLookup LookupIn(const std::shared_ptr<places::Provider>& provider);

}  // namespace proxyherd::node
