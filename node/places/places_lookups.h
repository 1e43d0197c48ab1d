// A node's WHATSATs that find their places in the node itself.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "base/env.h"
#include "gateway/protocol/places_lookup.h"
#include "places/provider/provider.h"

namespace proxyherd {

// How long a lookup may take; a person waits for it.
inline constexpr int64_t kLookupDeadlineNs = 5 * kSecond;

// An error as the text protocol tells it.
PlacesFailure ToFailure(const absl::Status& error);

// Asks `provider`, which the lookup keeps.
PlacesLookup EmbeddedPlaces(const std::shared_ptr<Provider>& provider);

}  // namespace proxyherd
