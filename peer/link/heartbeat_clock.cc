#include "peer/link/heartbeat_clock.h"

#include <cassert>

namespace proxyherd::peer {

void HeartbeatClock::OnStreamDown() {
  beats_ = measured_beat_ = 0;
  round_trip_ns_ = 0;
  answer_.reset();
}

uint64_t HeartbeatClock::Beat(int64_t now_ns, int64_t wall_ns) {
  assert(Due(now_ns));
  next_ns_ = NextMultiple(kHeartbeatIntervalNs, now_ns);
  ++beats_;
  // Only one measurement at a time, so that a late answer still shows how late it is.
  if (measured_beat_ == 0) {
    measured_beat_ = beats_;
    measured_since_ns_ = now_ns;
    measured_wall_ns_ = wall_ns;
  }
  return beats_;
}

void HeartbeatClock::OnAnswer(const Heartbeat& answer, int64_t now_ns) {
  answer_ = answer;
  if (measured_beat_ == 0 || answer.number != measured_beat_) return;
  measured_beat_ = 0;
  round_trip_ns_ = now_ns - measured_since_ns_;
  // Not every answer has the clock, and a clock before 1970 has not been set.
  if (answer.clock_ns > 0) {
    clock_ahead_ns_ = answer.clock_ns - (measured_wall_ns_ + round_trip_ns_ / 2);
  }
}

}  // namespace proxyherd::peer
