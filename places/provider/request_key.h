// Which requests are the same.
#pragma once

#include <string>

#include "places/provider/provider.h"

namespace proxyherd {

// Equal for two requests exactly when all their fields are, bit by bit: nothing is rounded, because
// an answer for a point nearby may list other places in another order.
std::string RequestKey(const SearchRequest& request);

}  // namespace proxyherd
