// Whether a node hears its neighbours and cannot speak to them: what its clients report stays
// with it then, while its own answers look well.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/env.h"

namespace proxyherd {

// Several attempts to dial, and several times as long as the other end of a link takes to see that
// it is down: a link that merely breaks is not taken for a network that lets only one way through.
inline constexpr int64_t kMuteAfterNs = 10 * kSecond;

// Pure. A node without any link is not mute but alone, and serves on with what it has.
class Speech {
 public:
  // To be called after each change. `hears`: an incoming stream is up; `speaks`: an outgoing one.
  void Update(bool hears, bool speaks, int64_t now_ns) {
    if (!hears || speaks) {
      mute_since_ns_.reset();
    } else if (!mute_since_ns_.has_value()) {
      mute_since_ns_ = now_ns;
    }
  }
  bool Mute(int64_t now_ns) const { return now_ns >= MuteAt(); }
  // When it is mute unless something changes; never if it is not on the way there.
  int64_t MuteAt() const {
    return mute_since_ns_.has_value() ? *mute_since_ns_ + kMuteAfterNs
                                      : std::numeric_limits<int64_t>::max();
  }

 private:
  std::optional<int64_t> mute_since_ns_;
};

}  // namespace proxyherd
