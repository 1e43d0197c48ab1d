// Detects a node that hears its neighbours but cannot reach them: its clients' reports do not leave
// it then, although its own answers look correct.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/env.h"

namespace proxyherd::peer {

// Several dials, and several times the time in which the other end of a link detects that it is
// down, so that a link that merely breaks is not taken for a network that passes only one
// direction.
inline constexpr int64_t kMuteAfterNs = 10 * kSecond;

// Pure. A node without any link is not mute but alone, and continues to serve with what it has.
class Speech {
 public:
  // Must be called after each change. `hears`: an incoming stream is up; `speaks`: an outgoing one.
  void Update(bool hears, bool speaks, int64_t now_ns) {
    if (!hears || speaks) {
      mute_since_ns_.reset();
    } else if (!mute_since_ns_.has_value()) {
      mute_since_ns_ = now_ns;
    }
  }
  bool Mute(int64_t now_ns) const { return now_ns >= MuteAt(); }
  // The time at which the node becomes mute unless something changes; never if it hears none or
  // reaches one.
  int64_t MuteAt() const {
    return mute_since_ns_.has_value() ? *mute_since_ns_ + kMuteAfterNs
                                      : std::numeric_limits<int64_t>::max();
  }

 private:
  std::optional<int64_t> mute_since_ns_;
};

}  // namespace proxyherd::peer
