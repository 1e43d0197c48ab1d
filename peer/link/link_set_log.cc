// Lines of the log about links.
#include <algorithm>
#include <utility>

#include "peer/link/link_set.h"

namespace proxyherd {

void LinkSet::LogOutgoing(const std::string& neighbour, const StateLog::Line& line,
                          int64_t retry_in_ns) {
  const LinkSender& sender = *links_.at(neighbour).sender;
  LinkEvent event;
  event.neighbour = neighbour;
  event.reason = sender.reason();
  event.retry_in_ns = retry_in_ns;
  event.unsaid = line.unsaid;
  event.since_last_ns = line.since_last_ns;
  event.for_ns = line.for_ns;
  const bool up = sender.state() == LinkState::kUp;
  switch (line.say) {
    case StateLog::Say::kNothing:
      if (up) return;
      event.kind = LinkEvent::Kind::kRetried;
      break;
    case StateLog::Say::kChange:
      event.kind = up ? LinkEvent::Kind::kOutgoingUp : LinkEvent::Kind::kOutgoingDown;
      break;
    case StateLog::Say::kStill:
      event.kind = LinkEvent::Kind::kOutgoingStillDown;
      break;
  }
  callbacks_.event(event);
}

void LinkSet::LogIncoming(const std::string& neighbour, const StateLog::Line& line) {
  if (line.say == StateLog::Say::kNothing) return;
  const Link& link = links_.at(neighbour);
  const bool up = link.incoming != nullptr;
  LinkEvent event;
  event.kind = up ? LinkEvent::Kind::kIncomingUp : LinkEvent::Kind::kIncomingDown;
  event.neighbour = neighbour;
  if (!up) event.reason = link.incoming_reason;
  event.unsaid = line.unsaid;
  event.since_last_ns = line.since_last_ns;
  callbacks_.event(event);
}

void LinkSet::LogSpeech(const StateLog::Line& line) {
  if (line.say == StateLog::Say::kNothing) return;
  LinkEvent event;
  event.kind = mute_ ? LinkEvent::Kind::kMute : LinkEvent::Kind::kSpeaks;
  event.reason = mute_                     ? NotReadyReason()
                 : LinkedNeighbours() != 0 ? "a neighbour is reached"
                                           : "no neighbour is linked, so it serves on alone";
  event.unsaid = line.unsaid;
  event.since_last_ns = line.since_last_ns;
  callbacks_.event(event);
}

void LinkSet::Refused(const absl::Status& status, const std::string& node) {
  ++refused_;
  const CloseReason reason = ReasonOf(status);
  const auto line = refusal_log_.OnRefused(reason, node, env_.MonotonicNs());
  if (line.has_value()) callbacks_.event({LinkEvent::Kind::kRefused, "", line->reason});
}

// Changes that had to wait, and refusals that go on.
void LinkSet::LogWhatIsDue() {
  const int64_t now_ns = env_.MonotonicNs();
  for (auto& [name, link] : links_) {
    // Between two attempts of a link that is down its next failure brings the line.
    const bool settled = link.sender->state() == LinkState::kUp;
    if (settled && now_ns >= link.outgoing_log.NextTimer()) {
      LogOutgoing(name, link.outgoing_log.Tick(now_ns), -1);
    }
    if (now_ns >= link.incoming_log.NextTimer()) {
      LogIncoming(name, link.incoming_log.Tick(now_ns));
    }
  }
  if (now_ns >= speech_log_.NextTimer()) LogSpeech(speech_log_.Tick(now_ns));
  for (const RefusalLog::Line& line : refusal_log_.Tick(now_ns)) {
    LinkEvent event;
    event.kind = LinkEvent::Kind::kRefused;
    event.reason = line.reason;
    event.unsaid = line.more;
    event.since_last_ns = line.in_ns;
    callbacks_.event(event);
  }
}

int64_t LinkSet::NextLogTimer() const {
  int64_t next_ns = refusal_log_.NextTimer();
  for (const auto& [name, link] : links_) {
    if (link.sender->state() == LinkState::kUp) {
      next_ns = std::min(next_ns, link.outgoing_log.NextTimer());
    }
    next_ns = std::min(next_ns, link.incoming_log.NextTimer());
  }
  return next_ns;
}

}  // namespace proxyherd
