// Where the lines of clients and the answers to them are written down.
#pragma once

#include <cstdint>
#include <string_view>

namespace proxyherd {

// Called from every loop of the gateway, for a bounded number of lines a second. Thread-safe; must
// not block for long.
class TrafficLog {
 public:
  virtual ~TrafficLog() = default;

  // A line as received, without its terminator: any bytes.
  virtual void Received(std::string_view line) = 0;
  // A whole answer as it goes out, its line ends included: any bytes, several lines for a WHATSAT.
  virtual void Replied(std::string_view reply) = 0;
  // So many lines were left out in the second that has passed. Called only when there were any.
  virtual void LeftOut(uint64_t lines) = 0;
};

}  // namespace proxyherd
