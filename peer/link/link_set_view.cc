// Collects the state of all links for operators.
#include <utility>

#include "peer/link/link_set.h"

namespace proxyherd::peer {
namespace {

constexpr char kMuteText[] =
    "cannot speak: neighbours are linked to this node, and it reaches none of them";

}  // namespace

std::string LinkSet::NotReadyReason() const {
  if (displaced()) return DisplacedText();
  return mute_ ? kMuteText : readiness_.Reason();
}

LinkSetView LinkSet::View() const {
  LinkSetView view;
  view.displaced = displaced();
  view.mute = mute_ && !view.displaced;
  view.ready = ready_ && !view.displaced && !view.mute;
  view.waiting_for = NotReadyReason();
  view.refused = refused_;
  view.topology_hash = own_.topology_hash;
  exchange_.FillView(view);
  for (const auto& [name, link] : links_) view.links.push_back(link->View());
  return view;
}

}  // namespace proxyherd::peer
