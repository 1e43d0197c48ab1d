// Whether another process of this node's name has taken its links for good.
//
// Neighbours keep the stream of the process that began last by its clock, the one with the greater
// epoch, and refuse the other. A refusal alone proves little: after a restart with a clock set back
// the greater epoch is that of the process that has ended, until its silent stream is cut. So a
// process counts as displaced only when one neighbour refuses two of its handshakes, further apart
// than any dead stream lasts, and each time has just heard from the same other process; and has not
// taken a stream of this one in between. The process with the greatest epoch is never refused in
// this way, so never more than one of two is displaced, and never the newer one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/env.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd {

// Two refusals must be further apart than this: a dead stream is cut after kLivenessTimeoutNs, by a
// neighbour that may be late by the rest.
inline constexpr int64_t kDisplacedAfterNs = kLivenessTimeoutNs + kSecond;

// Pure. Of the links thread.
class Displacement {
 public:
  struct By {
    std::string neighbour;  // that says so
    uint64_t epoch_ns = 0;  // of the other process
  };

  explicit Displacement(uint64_t own_epoch_ns) : own_epoch_ns_(own_epoch_ns) {}

  // A neighbour has refused a handshake for a stream of another process of this name, from which it
  // has heard since it refused the last one. An epoch that is not greater proves nothing.
  void OnRefused(const std::string& neighbour, uint64_t epoch_ns, int64_t now_ns);
  // A neighbour has taken a stream, or is none any more.
  void OnTaken(const std::string& neighbour) { refusals_.erase(neighbour); }

  // Once displaced, displaced for ever: what has been acknowledged since may be known to no other
  // node, which is for people to see.
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

}  // namespace proxyherd
