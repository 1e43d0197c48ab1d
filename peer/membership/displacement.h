// Detects that another process with this node's name has taken over its links for good.
//
// Neighbours keep the stream of the process with the greater epoch, that is, the one that started
// last by its own clock, and refuse the other. A refusal alone proves little: after a restart with
// the clock set back, the ended process has the greater epoch until its silent stream is cut. So a
// process is considered displaced only if one neighbour refuses two of its handshakes, further
// apart than any dead stream lasts, each time has just heard from the same other process, and
// accepts no stream of this process in between. The process with the greatest epoch is never
// refused in this way, so at most one of two processes is displaced, and never the newer one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/env.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

// Minimum time between the two refusals: a neighbour cuts a dead stream after kLivenessTimeoutNs,
// and may be late by the rest.
inline constexpr int64_t kDisplacedAfterNs = kLivenessTimeoutNs + kSecond;

// No I/O. Accessed by the links thread only.
class Displacement {
 public:
  struct By {
    std::string neighbour;  // the one that refused twice
    uint64_t epoch_ns = 0;  // of the other process
  };

  explicit Displacement(uint64_t own_epoch_ns) : own_epoch_ns_(own_epoch_ns) {}

  // A neighbour has refused a handshake because it has a stream of another process with this node's
  // name, and it has heard from that process since its last refusal. The call has no effect if
  // `epoch_ns` is not greater than the own epoch.
  void OnRefused(const std::string& neighbour, uint64_t epoch_ns, int64_t now_ns);
  // The neighbour has accepted a stream, or is no longer a neighbour.
  void OnTaken(const std::string& neighbour) { refusals_.erase(neighbour); }

  // Never reset: a displaced process must not serve again, because no other node may have what it
  // has acknowledged since. An operator has to intervene.
  const std::optional<By>& by() const { return by_; }

 private:
  struct Refusal {
    uint64_t epoch_ns = 0;
    int64_t first_ns = 0;
  };

  const uint64_t own_epoch_ns_;
  std::map<std::string, Refusal> refusals_;
  std::optional<By> by_;
};

}  // namespace proxyherd::peer
