// The interface to the log of clients' lines and of the answers to them.
#pragma once

#include <cstdint>
#include <string_view>

namespace proxyherd::gateway {

// Called by every loop of the gateway, for a bounded number of lines a second. Thread-safe; must
// not block for long.
class TrafficLog {
 public:
  virtual ~TrafficLog() = default;

  // Logs a received line, without its terminator; it may contain any bytes.
  virtual void Received(std::string_view line) = 0;
  // Logs a complete answer as it is sent, with its line ends; a WHATSAT's has several lines.
  virtual void Replied(std::string_view reply) = 0;
  // Logs that `lines` lines, at least one, were left out in the last second.
  virtual void LeftOut(uint64_t lines) = 0;
};

}  // namespace proxyherd::gateway
