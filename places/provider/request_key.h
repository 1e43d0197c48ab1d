// A key that identifies equal requests.
#pragma once

#include <string>

#include "places/provider/provider.h"

namespace proxyherd::places {

// Returns equal keys if and only if all fields of the requests are equal, bit by bit. Nothing is
// rounded, because an answer for a nearby point may contain other places in another order.
std::string RequestKey(const SearchRequest& request);

}  // namespace proxyherd::places
