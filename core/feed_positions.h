// Positions in the change feed of a table, which has a part for each stripe.
#pragma once

#include <array>
#include <cstdint>

#include "core/feed.h"
#include "core/stripes.h"

namespace proxyherd {

// Where a cursor stands in the feed of each stripe.
using FeedPositions = std::array<Feed::Position, kStripes>;

// Where in the feed a record stands.
struct FeedPosition {
  uint32_t stripe = 0;
  Feed::Position position = 0;
};

// Positions whose records a follower is known to have: in each stripe those in [from, end).
struct HeldPositions {
  FeedPositions from{};
  FeedPositions end{};
};

}  // namespace proxyherd
