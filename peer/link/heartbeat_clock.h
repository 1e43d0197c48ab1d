// Schedules the heartbeats of one stream, measures the round trip and clock difference from the
// answers, and detects a silent neighbour.
#pragma once

#include <cstdint>
#include <optional>

#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {

// No I/O. Times are monotonic, except wall_ns (since 1970).
class HeartbeatClock {
 public:
  // A message of the neighbour has arrived, or messages are expected from now on.
  void OnHeard(int64_t now_ns) { last_heard_ns_ = now_ns; }
  // Returns the time at which the neighbour is considered silent if nothing arrives before.
  int64_t SilentAt() const { return last_heard_ns_ + kLivenessTimeoutNs; }
  bool Silent(int64_t now_ns) const { return now_ns >= SilentAt(); }

  // A stream has come up. Its first heartbeat is due immediately, the others at multiples of
  // kHeartbeatIntervalNs.
  void OnStreamUp(int64_t now_ns) { HurryTo(now_ns); }
  // The stream has ended. clock_ahead_ns() keeps its value.
  void OnStreamDown();

  int64_t NextBeat() const { return next_ns_; }
  bool Due(int64_t now_ns) const { return now_ns >= next_ns_; }
  // The next heartbeat is due at `ns`.
  void HurryTo(int64_t ns) { next_ns_ = ns; }
  // Called when a heartbeat is written. Returns the number of the heartbeat. REQUIRES: Due(now_ns).
  uint64_t Beat(int64_t now_ns, int64_t wall_ns);
  // The neighbour has answered a heartbeat.
  void OnAnswer(const Heartbeat& answer, int64_t now_ns);

  // Number of heartbeats written on this stream.
  uint64_t beats() const { return beats_; }
  // The last answer on this stream, if any.
  const std::optional<Heartbeat>& answer() const { return answer_; }
  // The number of the heartbeat that the last answer is for; 0 if there is no answer.
  uint64_t answered_beat() const { return answer_.has_value() ? answer_->number : 0; }
  // The last measurement on this stream; 0 if there is none yet.
  int64_t round_trip_ns() const { return round_trip_ns_; }
  // The neighbour's wall clock minus ours, with an error of at most a round trip; 0: not known.
  int64_t clock_ahead_ns() const { return clock_ahead_ns_; }

 private:
  int64_t last_heard_ns_ = 0;
  int64_t next_ns_ = 0;
  uint64_t beats_ = 0;
  uint64_t measured_beat_ = 0;  // the heartbeat whose answer will be measured; 0: none
  int64_t measured_since_ns_ = 0;
  int64_t measured_wall_ns_ = 0;
  int64_t round_trip_ns_ = 0;
  int64_t clock_ahead_ns_ = 0;
  std::optional<Heartbeat> answer_;
};

}  // namespace proxyherd::peer
