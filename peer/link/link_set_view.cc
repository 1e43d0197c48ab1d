// What people are told of all links.
#include <utility>

#include "peer/link/link_set.h"

namespace proxyherd {
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
  membership_.FillView(view);
  for (const auto& [name, link] : links_) {
    const LinkSender& sender = *link.sender;
    LinkView one;
    one.neighbour = name;
    one.outgoing = sender.state();
    one.incoming = link.incoming != nullptr ? LinkState::kUp : LinkState::kDown;
    one.lag_records = sender.lag_records();
    one.repairing = sender.repairing();
    one.round_trip_ns = sender.round_trip_ns();
    one.clock_ahead_ns = sender.clock_ahead_ns();
    one.agrees = link.agreement.agrees();
    one.agreement_for_ns = env_.MonotonicNs() - link.agreement.since_ns();
    one.differing = link.agreement.differing();
    one.divergent = link.agreement.divergent();
    one.neighbour_records =
        sender.neighbour_beat().has_value() ? sender.neighbour_beat()->records : 0;
    one.same_expiry = link.same_expiry;
    one.same_topology = link.same_topology;
    one.reason = sender.reason();
    one.sent = sender.counters();
    one.received = link.received;
    one.limits = link.received.limits;
    for (int i = 0; i < kLinkLimits; ++i) {
      const auto limit = static_cast<LinkLimit>(i);
      one.limits[limit] += sender.counters().limits[limit];
    }
    view.links.push_back(std::move(one));
  }
  return view;
}

}  // namespace proxyherd
