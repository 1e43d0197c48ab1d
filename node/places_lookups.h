// The one place where a question of the gateway becomes a search of a provider, and the provider's
// answer or error one of the gateway.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "base/env.h"
#include "gateway/protocol/places_lookup.h"
#include "places/provider/provider.h"

namespace proxyherd {

// Asks `provider`, which the lookup keeps, waiting 5 s for each answer at most.
PlacesLookup LookupIn(const std::shared_ptr<Provider>& provider);

}  // namespace proxyherd
