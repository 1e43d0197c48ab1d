// Logs the lines of clients, the replies to them, and the state changes of links, in the wording of
// the classic specification.
#pragma once

#include <string_view>

#include "gateway/session/traffic_log.h"
#include "peer/membership/link_view.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Thread-safe.
class TrafficLogger : public gateway::TrafficLog {
 public:
  // Longer lines and replies are truncated to this; their length is logged.
  static constexpr size_t kMaxLoggedBytes = 1024;

  explicit TrafficLogger(server::Logger& logger) : logger_(logger) {}

  void Received(std::string_view line) override;
  void Replied(std::string_view reply) override;
  void LeftOut(uint64_t lines) override;

 private:
  server::Logger& logger_;
};

// Writes one log line about an event of a link. Thread-safe.
void LogLinkEvent(const peer::LinkEvent& event, server::Logger& logger);

}  // namespace proxyherd::node
