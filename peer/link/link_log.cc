#include "peer/link/link_log.h"

#include <algorithm>
#include <limits>

namespace proxyherd::peer {

std::optional<LinkEvent> LinkLog::Outgoing(const StateLog::Line& line, const std::string& reason,
                                           int64_t retry_in_ns) const {
  LinkEvent event;
  event.neighbour = neighbour_;
  event.reason = reason;
  event.retry_in_ns = retry_in_ns;
  event.unsaid = line.unsaid;
  event.since_last_ns = line.since_last_ns;
  event.for_ns = line.for_ns;
  switch (line.say) {
    case StateLog::Say::kNothing:
      if (outgoing_up_) return std::nullopt;
      event.kind = LinkEvent::Kind::kRetried;
      break;
    case StateLog::Say::kChange:
      event.kind = outgoing_up_ ? LinkEvent::Kind::kOutgoingUp : LinkEvent::Kind::kOutgoingDown;
      break;
    case StateLog::Say::kStill:
      event.kind = LinkEvent::Kind::kOutgoingStillDown;
      break;
  }
  return event;
}

std::optional<LinkEvent> LinkLog::Incoming(const StateLog::Line& line) const {
  if (line.say == StateLog::Say::kNothing) return std::nullopt;
  LinkEvent event;
  event.kind = incoming_up_ ? LinkEvent::Kind::kIncomingUp : LinkEvent::Kind::kIncomingDown;
  event.neighbour = neighbour_;
  if (!incoming_up_) event.reason = incoming_reason_;
  event.unsaid = line.unsaid;
  event.since_last_ns = line.since_last_ns;
  return event;
}

std::optional<LinkEvent> LinkLog::OnOutgoingUp(int64_t now_ns) {
  outgoing_up_ = true;
  return Outgoing(outgoing_.OnUp(now_ns), "", -1);
}

std::optional<LinkEvent> LinkLog::OnOutgoingDown(const CloseReason& reason, int64_t retry_in_ns,
                                                 int64_t now_ns) {
  outgoing_up_ = false;
  return Outgoing(outgoing_.OnDown(reason.kind, now_ns), reason.text, retry_in_ns);
}

std::optional<LinkEvent> LinkLog::OnIncomingUp(int64_t now_ns) {
  incoming_up_ = true;
  return Incoming(incoming_.OnUp(now_ns));
}

std::optional<LinkEvent> LinkLog::OnIncomingDown(const CloseReason& reason, int64_t now_ns) {
  incoming_up_ = false;
  incoming_reason_ = reason.text;
  return Incoming(incoming_.OnDown(reason.kind, now_ns));
}

std::optional<LinkEvent> LinkLog::OnMismatch(const char* what, int64_t now_ns) {
  if (!mismatches_.Take(now_ns)) return std::nullopt;
  return LinkEvent{LinkEvent::Kind::kWarning, neighbour_, what};
}

std::vector<LinkEvent> LinkLog::Tick(int64_t now_ns) {
  std::vector<LinkEvent> events;
  const auto add = [&](std::optional<LinkEvent> event) {
    if (event.has_value()) events.push_back(*std::move(event));
  };
  // While the link is down, its next failed attempt writes the line.
  if (outgoing_up_ && now_ns >= outgoing_.NextTimer())
    add(Outgoing(outgoing_.Tick(now_ns), "", -1));
  if (now_ns >= incoming_.NextTimer()) add(Incoming(incoming_.Tick(now_ns)));
  return events;
}

int64_t LinkLog::NextTimer() const {
  const int64_t next_ns = incoming_.NextTimer();
  return outgoing_up_ ? std::min(next_ns, outgoing_.NextTimer()) : next_ns;
}

}  // namespace proxyherd::peer
