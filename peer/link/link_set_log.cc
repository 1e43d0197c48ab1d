// Writes the log lines about all links together.
#include <algorithm>
#include <utility>

#include "peer/link/link_set.h"

namespace proxyherd::peer {

void LinkSet::LogSpeech(const StateLog::Line& line) {
  if (line.say == StateLog::Say::kNothing) return;
  LinkEvent event;
  event.kind = mute_ ? LinkEvent::Kind::kMute : LinkEvent::Kind::kSpeaks;
  event.reason = mute_                     ? NotReadyReason()
                 : LinkedNeighbours() != 0 ? "a neighbour has been reached"
                                           : "no neighbour is linked, so it serves on alone";
  event.unsaid = line.unsaid;
  event.since_last_ns = line.since_last_ns;
  owner_.OnEvent(event);
}

void LinkSet::OnRefused(const absl::Status& status, const std::string& node) {
  ++refused_;
  const CloseReason reason = ReasonOf(status);
  const auto line = refusal_log_.OnRefused(reason, node, env_.MonotonicNs());
  if (line.has_value()) owner_.OnEvent({LinkEvent::Kind::kRefused, "", line->reason});
}

// Logs changes whose lines had to wait, and refusals that continue.
void LinkSet::LogWhatIsDue() {
  const int64_t now_ns = env_.MonotonicNs();
  for (auto& [name, link] : links_) link->LogWhatIsDue(now_ns);
  if (now_ns >= speech_log_.NextTimer()) LogSpeech(speech_log_.Tick(now_ns));
  for (const RefusalLog::Line& line : refusal_log_.Tick(now_ns)) {
    LinkEvent event;
    event.kind = LinkEvent::Kind::kRefused;
    event.reason = line.reason;
    event.unsaid = line.more;
    event.since_last_ns = line.in_ns;
    owner_.OnEvent(event);
  }
}

int64_t LinkSet::NextLogTimer() const {
  int64_t next_ns = refusal_log_.NextTimer();
  for (const auto& [name, link] : links_) next_ns = std::min(next_ns, link->NextLogTimer());
  return next_ns;
}

}  // namespace proxyherd::peer
