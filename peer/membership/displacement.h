// Detects that another process of this node's name has taken its links for good.
//
// Neighbours keep the stream of the process that started last by its clock, which has the greater
// epoch, and refuse the other one. A refusal alone proves little: after a restart with a clock set
// back the greater epoch is that of the process that has ended, until its silent stream is cut. So
// a process counts as displaced only if one neighbour refuses two of its handshakes, further apart
// than any dead stream lasts, has just heard from the same other process each time, and has
// accepted no stream of this one in between. The process with the greatest epoch is never refused
// in this way, so at most one of two processes is displaced, and never the newer one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/env.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

// Minimum time between the two refusals: a dead stream is cut after kLivenessTimeoutNs, by a
// neighbour that may be late by the rest.
inline constexpr int64_t kDisplacedAfterNs = kLivenessTimeoutNs + kSecond;

// Pure. Accessed by the links thread only.
class Displacement {
 public:
  struct By {
    std::string neighbour;  // that refused twice
    uint64_t epoch_ns = 0;  // of the other process
  };

  explicit Displacement(uint64_t own_epoch_ns) : own_epoch_ns_(own_epoch_ns) {}

  // A neighbour has refused a handshake because it has a stream of another process of this name,
  // and has heard from that process since its last refusal. An epoch that is not greater proves
  // nothing.
  void OnRefused(const std::string& neighbour, uint64_t epoch_ns, int64_t now_ns);
  // The neighbour has accepted a stream, or is no longer a neighbour.
  void OnTaken(const std::string& neighbour) { refusals_.erase(neighbour); }

  // Final: a displaced process never serves again, because what it has acknowledged since may be
  // known to no other node. An operator has to look.
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
