// Positions in the change feed of a table, which consists of one feed for each stripe.
#pragma once

#include <array>
#include <cstdint>

#include "core/feed.h"
#include "core/stripes.h"

namespace proxyherd {

// A cursor's position in the feed of each stripe.
using FeedPositions = std::array<Feed::Position, kStripes>;

// A record's position in the feed.
struct FeedPosition {
  uint32_t stripe = 0;
  Feed::Position position = 0;
};

// The positions whose records a follower is known to have: in each stripe those in [from, end).
struct HeldPositions {
  FeedPositions from{};
  FeedPositions end{};
};

}  // namespace proxyherd
