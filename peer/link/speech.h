// Detects that this node hears its neighbours but cannot reach them: then its clients' reports do
// not leave it, although its answers look correct.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/env.h"

namespace proxyherd::peer {

// Several dials, and several times the time in which a neighbour detects a dead stream: a link that
// merely breaks must not be taken for a network that passes only one direction.
inline constexpr int64_t kMuteAfterNs = 10 * kSecond;

// No I/O. A node without any stream is not mute but alone; it continues to serve what it has.
class Speech {
 public:
  // Must be called after each change. `hears`: an incoming stream is up; `speaks`: an outgoing
  // stream is up.
  void Update(bool hears, bool speaks, int64_t now_ns) {
    if (!hears || speaks) {
      mute_since_ns_.reset();
    } else if (!mute_since_ns_.has_value()) {
      mute_since_ns_ = now_ns;
    }
  }
  bool Mute(int64_t now_ns) const { return now_ns >= MuteAt(); }
  // Returns the time at which the node becomes mute unless something changes; never (the maximum)
  // if it hears no neighbour or reaches one.
  int64_t MuteAt() const {
    return mute_since_ns_.has_value() ? *mute_since_ns_ + kMuteAfterNs
                                      : std::numeric_limits<int64_t>::max();
  }

 private:
  std::optional<int64_t> mute_since_ns_;
};

}  // namespace proxyherd::peer
