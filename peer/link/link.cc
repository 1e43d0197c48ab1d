#include "peer/link/link.h"

#include <cassert>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::peer {
namespace {

void Add(const MergeCounts& counts, size_t bytes, ReceiverCounters& received) {
  received.record_bytes += bytes;
  received.records.won += counts.won;
  received.records.equal += counts.equal;
  received.records.stale += counts.stale;
  received.records.invalid += counts.invalid;
  received.limits[LinkLimit::kOrigins] += counts.no_origin;
  received.records.expired += counts.expired;
}

}  // namespace

Link::Link(const Node& node, std::string neighbour, Owner& owner, uint64_t attempts)
    : node_(node),
      neighbour_(std::move(neighbour)),
      owner_(owner),
      agreement_(node.env.MonotonicNs()),
      log_(neighbour_),
      transport_(owner.MakeTransport(*this)),
      sender_(node.own, neighbour_, node.table, node.env, *transport_, agreement_, *this,
              attempts) {}

Link::~Link() = default;

void Link::OnWritten() {
  sender_.OnWritten(node_.env.MonotonicNs());
  ReportHeld();
}

void Link::OnMessage(ReceiverMessage message) {
  sender_.OnMessage(std::move(message), node_.env.MonotonicNs());
  ReportHeld();
}

void Link::OnClosed(const CloseReason& reason) {
  sender_.OnClosed(reason, node_.env.MonotonicNs());
  ReportHeld();
}

void Link::Tick(int64_t now_ns) {
  sender_.Tick(now_ns);
  ReportHeld();
}

void Link::OnWake() {
  if (!woken_.exchange(false)) return;
  sender_.OnWake(node_.env.MonotonicNs());
  ReportHeld();
}

void Link::OnNews() {
  sender_.OnMembership(node_.env.MonotonicNs());
  ReportHeld();
}

void Link::Redial(const CloseReason& reason) {
  sender_.Redial(reason, node_.env.MonotonicNs());
  ReportHeld();
}

void Link::Hurry() {
  sender_.Hurry(node_.env.MonotonicNs());
  ReportHeld();
}

void Link::Stop(const CloseReason& reason) {
  sender_.Stop(reason);
  ReportHeld();
}

void Link::End() {
  const CloseReason reason = {CloseKind::kHerdFile, "the link is no longer in the herd file"};
  if (LinkReceiver* const incoming = incoming_; incoming != nullptr) {
    OnIncomingEnded(reason);
    incoming->Dismiss(
        CloseStatus(CloseKind::kHerdFile, absl::StrCat(neighbour_, " is no longer linked with ",
                                                       node_.own.node, " in its herd file")));
  }
  Stop(reason);
}

absl::StatusOr<LinkReceiver::Owner*> Link::Admit(LinkReceiver& receiver, const Hello& hello) {
  const int64_t now_ns = node_.env.MonotonicNs();
  if (LinkReceiver* const old = incoming_; old != nullptr) {
    const Hello& present = old->hello();
    if (std::tie(hello.epoch_ns, hello.attempt) <= std::tie(present.epoch_ns, present.attempt) &&
        !old->Silent(now_ns)) {
      // The other process of the node is alive if it was heard after the last refusal.
      const bool other = present.epoch_ns > hello.epoch_ns && old->TakeHeard();
      return NewerStreamStatus(absl::StrCat("a newer stream from ", neighbour_, " is here already"),
                               other ? present.epoch_ns : 0);
    }
    const absl::Status replaced = CloseStatus(CloseKind::kReplaced, "replaced by a newer stream");
    OnIncomingEnded(ReasonOf(replaced));
    old->Dismiss(replaced);
  }
  incoming_ = &receiver;
  topology_hash_ = hello.topology_hash;
  Warn(same_topology_, HasOurTopology(), "its herd file describes other nodes or links than ours");
  Warn(same_expiry_, hello.expire_after_ns == node_.own.expire_after_ns,
       "it forgets clients after another time than we do (--expire_after)");
  Say(log_.OnIncomingUp(now_ns));
  owner_.OnIncoming(*this);
  sender_.OnNeighbourSeen(hello, now_ns);
  return static_cast<LinkReceiver::Owner*>(this);
}

void Link::OnIncomingEnded(const CloseReason& reason) {
  incoming_ = nullptr;
  owner_.OnIncoming(*this);
  Say(log_.OnIncomingDown(reason, node_.env.MonotonicNs()));
}

FollowerMask Link::SplitHorizon() const {
  assert(incoming_ != nullptr);
  return sender_.SplitHorizonMask(incoming_->hello().epoch_ns);
}

void Link::OnBatchMerged(const MergeCounts& counts, size_t bytes) {
  ++received_.batches;
  Add(counts, bytes, received_);
}

void Link::OnAnswerMerged(const MergeCounts& counts, size_t bytes) {
  Add(counts, bytes, received_);
}

void Link::OnRepairDone(const RepairDone& done) {
  agreement_.OnLook(done.verified, done.differing, done.divergent, node_.env.MonotonicNs());
  sender_.OnRepairDone(done, incoming_->hello().epoch_ns);
  ReportHeld();
  OnRepaired(done.serving);
}

void Link::OnRepaired(bool neighbour_serving) { owner_.OnRepaired(*this, neighbour_serving); }

void Link::OnMembership(const MembershipUpdate& update) {
  owner_.OnMembership(update, SplitHorizon());
}

MembershipUpdate Link::TakeMembership() {
  return MembershipUpdate{node_.membership.Take(membership_, sender_.mask())};
}

void Link::Wake() {
  woken_.store(true);
  owner_.Wake();
}

void Link::OnOutgoingState(LinkState to, const CloseReason& reason, int64_t retry_in_ns) {
  const int64_t now_ns = node_.env.MonotonicNs();
  if (to == LinkState::kUp) {
    membership_ = node_.membership.Join();
    Say(log_.OnOutgoingUp(now_ns));
  } else if (to == LinkState::kDown) {
    Say(log_.OnOutgoingDown(reason, retry_in_ns, now_ns));
  }
  owner_.OnOutgoing(*this, to, reason);
}

void Link::ReportHeld() {
  const LinkSender::HeldVersion version = sender_.held_version();
  if (version != std::exchange(reported_, version)) owner_.OnHeld(*this, sender_.Held());
}

// Logs it once when a setting stops being the same at both ends.
void Link::Warn(bool& same, bool same_now, const char* what) {
  if (std::exchange(same, same_now) && !same_now) {
    Say(log_.OnMismatch(what, node_.env.MonotonicNs()));
  }
}

void Link::Say(const std::optional<LinkEvent>& event) {
  if (event.has_value()) owner_.OnEvent(*event);
}

void Link::LogWhatIsDue(int64_t now_ns) {
  for (const LinkEvent& event : log_.Tick(now_ns)) owner_.OnEvent(event);
}

bool Link::HasOurTopology() const {
  return topology_hash_ == 0 || topology_hash_ == node_.own.topology_hash;
}

// A neighbour that has reloaded its herd file publishes the new hash in its membership entry, not
// on the streams. MembershipExchange logs the difference, for all nodes together.
void Link::LearnTopology() {
  const auto found = node_.membership.nodes().find(neighbour_);
  if (found == node_.membership.nodes().end() || !found->second.member.has_value()) return;
  const MemberEntry& member = *found->second.member;
  // Ignores an entry of an earlier process of the neighbour.
  const uint64_t epoch_ns = incoming_ == nullptr ? 0 : incoming_->hello().epoch_ns;
  if (member.topology_hash == 0 || member.version.epoch_ns < epoch_ns) return;
  topology_hash_ = member.topology_hash;
  same_topology_ = HasOurTopology();
}

LinkView Link::View() const {
  LinkView view;
  view.neighbour = neighbour_;
  view.outgoing = sender_.state();
  view.incoming = hears() ? LinkState::kUp : LinkState::kDown;
  view.lag_records = sender_.lag_records();
  view.repairing = sender_.repairing();
  view.round_trip_ns = sender_.round_trip_ns();
  view.clock_ahead_ns = sender_.clock_ahead_ns();
  view.agrees = agreement_.agrees();
  view.agreement_for_ns = node_.env.MonotonicNs() - agreement_.since_ns();
  view.differing = agreement_.differing();
  view.divergent = agreement_.divergent();
  view.neighbour_records =
      sender_.neighbour_beat().has_value() ? sender_.neighbour_beat()->records : 0;
  view.same_expiry = same_expiry_;
  view.same_topology = same_topology_;
  view.reason = sender_.reason();
  view.sent = sender_.counters();
  view.received = received_;
  view.limits = received_.limits;
  for (int i = 0; i < kLinkLimits; ++i) {
    const auto limit = static_cast<LinkLimit>(i);
    view.limits[limit] += sender_.counters().limits[limit];
  }
  return view;
}

}  // namespace proxyherd::peer
