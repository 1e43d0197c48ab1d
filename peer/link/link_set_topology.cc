// Adds and removes links when the herd file changes.
#include <algorithm>
#include <utility>

#include "peer/link/link_set.h"

namespace proxyherd::peer {

void LinkSet::Reshape(HerdShape shape, const std::set<std::string>& moved) {
  if (stopped_) return;
  own_.topology_hash = shape.topology_hash;
  own_.neighbours = std::move(shape.neighbours);
  own_.nodes = std::move(shape.nodes);
  // Removes links first, because a table has a limited number of followers.
  for (auto at = links_.begin(); at != links_.end();) {
    const auto link = at++;
    const std::string& name = link->first;
    if (!std::binary_search(own_.neighbours.begin(), own_.neighbours.end(), name)) {
      End(*link->second);
      links_.erase(link);
    } else {
      if (moved.count(name) != 0) {
        link->second->Redial({CloseKind::kHerdFile, "its address has changed in the herd file"});
      }
      link->second->OnReshaped();
    }
  }
  for (const std::string& name : own_.neighbours) {
    if (links_.count(name) == 0) MakeLink(name);
  }
  readiness_.SetNeighbours(own_.neighbours);
  exchange_.OnReshaped();
  CheckReady();
}

void LinkSet::End(Link& link) {
  link.End();
  displacement_.OnTaken(link.neighbour());
  attempts_before_[link.neighbour()] = link.sender().counters().attempts;
}

}  // namespace proxyherd::peer
