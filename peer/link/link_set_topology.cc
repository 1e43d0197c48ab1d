// Links that come and go with the herd file, and whether neighbours have the same one.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "peer/link/link_set.h"

namespace proxyherd {

void LinkSet::Reshape(HerdShape shape, const std::set<std::string>& moved) {
  if (stopped_) return;
  own_.topology_hash = shape.topology_hash;
  own_.neighbours = std::move(shape.neighbours);
  own_.nodes = std::move(shape.nodes);
  // Those that go, first: there are only so many followers of a table.
  for (auto at = links_.begin(); at != links_.end();) {
    const auto link = at++;
    const std::string& name = link->first;
    if (!std::binary_search(own_.neighbours.begin(), own_.neighbours.end(), name)) {
      End(name, link->second);
      links_.erase(link);
    } else {
      if (moved.count(name) != 0) {
        link->second.sender->Redial(
            {CloseKind::kHerdFile, "its address has changed in the herd file"}, env_.MonotonicNs());
        TellHeld(name, link->second);
      }
      link->second.same_topology = HasOurTopology(link->second);
    }
  }
  for (const std::string& name : own_.neighbours) {
    if (links_.count(name) == 0) MakeSender(name);
  }
  readiness_.SetNeighbours(own_.neighbours);
  membership_.OnReshaped();
  CheckReady();
}

void LinkSet::End(const std::string& neighbour, Link& link) {
  const CloseReason reason = {CloseKind::kHerdFile, "the link is no longer in the herd file"};
  if (LinkReceiver* const incoming = link.incoming; incoming != nullptr) {
    Left(incoming, reason);
    incoming->Finish(CloseStatus(
        CloseKind::kHerdFile,
        absl::StrCat(neighbour, " is no longer linked with ", own_.node, " in its herd file")));
  }
  link.sender->Stop(reason);
  displacement_.OnTaken(neighbour);
  attempts_before_[neighbour] = link.sender->counters().attempts;
  TellHeld(neighbour, link);
}

bool LinkSet::HasOurTopology(const Link& link) const {
  return link.topology_hash == 0 || link.topology_hash == own_.topology_hash;
}

// A neighbour that has read its herd file again says so with a notice, not on the streams. The log
// hears of it from MembershipExchange, for all nodes together.
void LinkSet::LearnTopology(const std::string& neighbour, Link& link) {
  const auto found = board().nodes().find(neighbour);
  if (found == board().nodes().end() || !found->second.notice.has_value()) return;
  const MemberEntry& notice = *found->second.notice;
  // What an earlier process of it told does not count.
  const uint64_t epoch_ns = link.incoming == nullptr ? 0 : link.incoming->hello().epoch_ns;
  if (notice.topology_hash == 0 || notice.version.epoch_ns < epoch_ns) return;
  link.topology_hash = notice.topology_hash;
  link.same_topology = HasOurTopology(link);
}

}  // namespace proxyherd
