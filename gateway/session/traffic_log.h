// The log of clients' lines and of the answers to them.
#pragma once

#include <cstdint>
#include <string_view>

namespace proxyherd::gateway {

// Called by every loop of the gateway, for a bounded number of lines a second. Thread-safe; must
// not block for long.
class TrafficLog {
 public:
  virtual ~TrafficLog() = default;

  // A received line without its terminator: any bytes.
  virtual void Received(std::string_view line) = 0;
  // A complete answer as it is sent, with its line ends: any bytes, several lines for a WHATSAT.
  virtual void Replied(std::string_view reply) = 0;
  // `lines` lines were left out in the last second. Called only if there were any.
  virtual void LeftOut(uint64_t lines) = 0;
};

}  // namespace proxyherd::gateway
