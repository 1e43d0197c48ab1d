// Makes the log lines about one link: its streams come up or go down, or settings of its neighbour
// differ from ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "peer/link/line_budget.h"
#include "peer/link/state_log.h"
#include "peer/membership/link_view.h"
#include "peer/protocol/close_reason.h"

namespace proxyherd::peer {

// No I/O; times are monotonic. Calls return the line to write, if any.
class LinkLog {
 public:
  explicit LinkLog(std::string neighbour) : neighbour_(std::move(neighbour)) {}

  std::optional<LinkEvent> OnOutgoingUp(int64_t now_ns);
  // The stream has gone down, or another attempt to dial has failed. `retry_in_ns`: see LinkEvent.
  std::optional<LinkEvent> OnOutgoingDown(const CloseReason& reason, int64_t retry_in_ns,
                                          int64_t now_ns);
  std::optional<LinkEvent> OnIncomingUp(int64_t now_ns);
  std::optional<LinkEvent> OnIncomingDown(const CloseReason& reason, int64_t now_ns);
  // A setting of the neighbour differs from ours. `what`: the text to log.
  std::optional<LinkEvent> OnMismatch(const char* what, int64_t now_ns);

  // Returns the lines that had to wait and are due now.
  std::vector<LinkEvent> Tick(int64_t now_ns);
  // Returns the time at which Tick has a line to write; the maximum int64_t if no line waits.
  int64_t NextTimer() const;

 private:
  std::optional<LinkEvent> Outgoing(const StateLog::Line& line, const std::string& reason,
                                    int64_t retry_in_ns) const;
  std::optional<LinkEvent> Incoming(const StateLog::Line& line) const;

  const std::string neighbour_;
  StateLog outgoing_;
  StateLog incoming_;
  LineBudget mismatches_{kLogBurst, kLogIntervalNs};
  bool outgoing_up_ = false;
  bool incoming_up_ = false;
  std::string incoming_reason_;  // why the stream last went down
};

}  // namespace proxyherd::peer
