// Logs the lines of clients, their replies, and the state changes of links, in the wording of the
// classic specification.
#pragma once

#include <string_view>

#include "gateway/session/traffic_log.h"
#include "peer/membership/link_view.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Thread-safe.
class TrafficLogger : public gateway::TrafficLog {
 public:
  // A longer line or reply is truncated to this, and its length is given.
  static constexpr size_t kMaxLoggedBytes = 1024;

  explicit TrafficLogger(server::Logger& logger) : logger_(logger) {}

  void Received(std::string_view line) override;
  void Replied(std::string_view reply) override;
  void LeftOut(uint64_t lines) override;

 private:
  server::Logger& logger_;
};

// Logs one line for a change of a link. Thread-safe.
void LogLinkEvent(const peer::LinkEvent& event, server::Logger& logger);

}  // namespace proxyherd::node
