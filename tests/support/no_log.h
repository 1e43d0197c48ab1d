// A traffic log that drops all lines.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/session/traffic_log.h"

namespace proxyherd {

// Thread-safe.
class NoLog : public gateway::TrafficLog {
 public:
  void Received(std::string_view /*line*/) override {}
  void Replied(std::string_view /*reply*/) override {}
  void LeftOut(uint64_t /*lines*/) override {}
};

}  // namespace proxyherd
