// Writes what clients send and what they are answered, and what happens to the links, in the words
// that the classic specification asks for.
#pragma once

#include <string_view>

#include "gateway/session/traffic_log.h"
#include "peer/membership/link_view.h"
#include "server/log/logger.h"

namespace proxyherd {

// Thread-safe.
class TrafficLogger : public TrafficLog {
 public:
  // Of a longer line or answer the beginning is written, and its length.
  static constexpr size_t kMaxLoggedBytes = 1024;

  explicit TrafficLogger(Logger& logger) : logger_(logger) {}

  void Received(std::string_view line) override;
  void Replied(std::string_view reply) override;
  void LeftOut(uint64_t lines) override;

 private:
  Logger& logger_;
};

// One line for a change of a link.
void LogLinkEvent(const LinkEvent& event, Logger& logger);

}  // namespace proxyherd
