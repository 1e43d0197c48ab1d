// Detects that this node's reports no longer reach the herd, because another process with its name
// has displaced it, or because it reaches none of the neighbours that it hears.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "peer/link/link_set.h"

namespace proxyherd::peer {
namespace {

std::string StartText(uint64_t epoch_ns) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixNanos(static_cast<int64_t>(epoch_ns)),
                          absl::UTCTimeZone());
}

std::string AddressText(const NodeAddress& address) {
  if (address.host.empty()) return "an address that is not known";
  return absl::StrCat(address.host, " (text ", address.text_port, ", gRPC ", address.grpc_port,
                      ", HTTP ", address.http_port, ")");
}

}  // namespace

std::string LinkSet::DisplacedText() const {
  const Displacement::By& by = *displacement_.by();
  // The membership entry of the other process adds its address, but proves nothing.
  const Membership::Rival& rival = membership().rival();
  const bool announced = rival.version.epoch_ns >= by.epoch_ns;
  return absl::StrCat("displaced: ", by.neighbour, " is linked with another process of ", own_.node,
                      ", which started at ", StartText(by.epoch_ns), " at ",
                      AddressText(announced ? rival.address : NodeAddress{}),
                      "; this one started at ", StartText(own_.epoch_ns), " at ",
                      AddressText(own_.address));
}

void LinkSet::OnHandshake(const std::string& neighbour, LinkState to, const CloseReason& reason) {
  if (to == LinkState::kUp) {
    displacement_.OnTaken(neighbour);
  } else if (reason.newer_epoch_ns != 0 && !displacement_.by().has_value()) {
    displacement_.OnRefused(neighbour, reason.newer_epoch_ns, env_.MonotonicNs());
    if (displacement_.by().has_value()) BeDisplaced();
  }
}

void LinkSet::BeDisplaced() {
  owner_.OnEvent({LinkEvent::Kind::kDisplaced, "", DisplacedText()});
  exchange_.Yield();
  PublishState(NodeState::kDraining);
  owner_.OnDisplaced();
}

void LinkSet::CheckSpeech() {
  // A stopped or displaced node is not also reported as mute.
  if (stopped_ || displaced()) return;
  const int64_t now_ns = env_.MonotonicNs();
  speech_.Update(std::any_of(links_.begin(), links_.end(),
                             [](const auto& link) { return link.second->hears(); }),
                 LinkedNeighbours() != 0, now_ns);
  const bool mute = ready_ && speech_.Mute(now_ns);
  if (std::exchange(mute_, mute) == mute) return;
  LogSpeech(mute ? speech_log_.OnDown(CloseKind::kOther, now_ns) : speech_log_.OnUp(now_ns));
  owner_.OnMute(mute);
}

int64_t LinkSet::NextSpeechTimer() const {
  const int64_t next_ns = speech_log_.NextTimer();
  // Only a node that serves can become mute.
  const bool may = ready_ && !mute_ && !stopped_ && !displaced();
  return may ? std::min(next_ns, speech_.MuteAt()) : next_ns;
}

}  // namespace proxyherd::peer
