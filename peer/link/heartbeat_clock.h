// The heartbeats of one stream: when the next one is due, what their answers measure, and whether
// the neighbour is still heard.
#pragma once

#include <cstdint>
#include <optional>

#include "peer/protocol/link_messages.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd {

// Pure; times are monotonic unless they are called wall times.
class HeartbeatClock {
 public:
  // Something was heard of the neighbour; or a stream to it has got so far that from now on
  // something is to be heard.
  void OnHeard(int64_t now_ns) { last_heard_ns_ = now_ns; }
  // When the neighbour counts as silent unless it is heard before.
  int64_t SilentAt() const { return last_heard_ns_ + kLivenessTimeoutNs; }
  bool Silent(int64_t now_ns) const { return now_ns >= SilentAt(); }

  // A stream has come up. Its first heartbeat is due at once.
  void OnStreamUp(int64_t now_ns) { HurryTo(now_ns); }
  // The stream has ended. How far the neighbour's clock is ahead stays known.
  void OnStreamDown();

  int64_t NextBeat() const { return next_ns_; }
  bool Due(int64_t now_ns) const { return now_ns >= next_ns_; }
  // The next heartbeat is due at `ns`.
  void HurryTo(int64_t ns) { next_ns_ = ns; }
  // A heartbeat is being written. Returns its number. REQUIRES: Due(now_ns).
  uint64_t Beat(int64_t now_ns, int64_t wall_ns);
  // The neighbour's answer to one.
  void OnAnswer(const Heartbeat& answer, int64_t now_ns);

  // Heartbeats of this stream that were written.
  uint64_t beats() const { return beats_; }
  // The last answer on this stream, if there was one.
  const std::optional<Heartbeat>& answer() const { return answer_; }
  // The number of the heartbeat that it answers; 0: none.
  uint64_t answered_beat() const { return answer_.has_value() ? answer_->number : 0; }
  // Measured last on this stream; 0: not yet.
  int64_t round_trip_ns() const { return round_trip_ns_; }
  // How far the neighbour's wall clock is ahead of ours, as well as a round trip can tell; 0: not
  // known.
  int64_t clock_ahead_ns() const { return clock_ahead_ns_; }

 private:
  int64_t last_heard_ns_ = 0;
  int64_t next_ns_ = 0;
  uint64_t beats_ = 0;
  uint64_t measured_beat_ = 0;  // whose answer is awaited, to measure by it; 0: none
  int64_t measured_since_ns_ = 0;
  int64_t measured_wall_ns_ = 0;
  int64_t round_trip_ns_ = 0;
  int64_t clock_ahead_ns_ = 0;
  std::optional<Heartbeat> answer_;
};

}  // namespace proxyherd
