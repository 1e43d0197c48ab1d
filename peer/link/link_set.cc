#include "peer/link/link_set.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {
namespace {

// Maximum streams without a hello. A healthy herd has few; more are a mistake or an attack.
constexpr size_t kMaxUngreeted = 64;

// Interval between deletions of some of the expired records; also the precision of expiry.
constexpr int64_t kExpireIntervalNs = kSecond / 4;

}  // namespace

LinkSet::LinkSet(LinkIdentity own, Table& table, Env& env, Owner& owner)
    : own_(std::move(own)),
      table_(table),
      env_(env),
      owner_(owner),
      readiness_(own_.neighbours, env.MonotonicNs()),
      exchange_(
          own_, env, [&owner] { return owner.Load(); },
          [&owner](const LinkEvent& event) { owner.OnEvent(event); }),
      displacement_(own_.epoch_ns),
      next_expire_ns_(table.Expires() ? 0 : std::numeric_limits<int64_t>::max()) {
  for (const std::string& name : own_.neighbours) MakeLink(name);
}

LinkSet::~LinkSet() = default;

void LinkSet::MakeLink(const std::string& neighbour) {
  const Link::Node node = {own_, table_, env_, exchange_.membership()};
  links_[neighbour] = std::make_unique<Link>(node, neighbour, static_cast<Link::Owner&>(*this),
                                             attempts_before_[neighbour]);
}

std::unique_ptr<LinkSender::Transport> LinkSet::MakeTransport(Link& link) {
  return owner_.MakeTransport(link);
}

int64_t LinkSet::NextTimer() const {
  int64_t next_ns = std::numeric_limits<int64_t>::max();
  if (!started_) return next_ns;
  for (const auto& [name, link] : links_) next_ns = std::min(next_ns, link->NextTimer());
  for (const auto& receiver : receivers_) next_ns = std::min(next_ns, receiver->NextTimer());
  next_ns =
      std::min({next_ns, next_expire_ns_, exchange_.NextLook(), NextLogTimer(), NextSpeechTimer()});
  return std::min(next_ns, readiness_.NextTimer(env_.MonotonicNs()));
}

void LinkSet::Tick() {
  const int64_t now_ns = env_.MonotonicNs();
  for (auto& [name, link] : links_) link->Tick(now_ns);
  for (const auto& receiver : receivers_) receiver->Tick(now_ns);
  if (now_ns >= next_expire_ns_) {
    // On this thread, because expiry changes the digests that neighbours compare.
    table_.Expire(env_.NowNs());
    next_expire_ns_ = NextMultiple(kExpireIntervalNs, now_ns);
  }
  CheckReady();
  CheckSpeech();
  if (started_ && now_ns >= exchange_.NextLook()) CheckOwnMember();
  LogWhatIsDue();
}

void LinkSet::OnWake() {
  for (auto& [name, link] : links_) link->OnWake();
}

LinkReceiver* LinkSet::Accept(LinkReceiver::Transport& transport) {
  const auto ungreeted = std::count_if(receivers_.begin(), receivers_.end(),
                                       [](const auto& receiver) { return !receiver->greeted(); });
  absl::Status status;
  if (!started_ || stopped_) {
    status = CloseStatus(CloseKind::kNotServing,
                         absl::StrCat(own_.node, started_ ? " is stopping" : " is starting"));
  } else if (static_cast<size_t>(ungreeted) >= kMaxUngreeted) {
    status = CloseStatus(CloseKind::kTooManyStreams, "too many streams without a hello");
  }
  if (!status.ok()) {
    OnRefused(status, "");
    transport.Finish(status);
    return nullptr;
  }
  receivers_.push_back(std::make_unique<LinkReceiver>(
      own_, table_, env_, transport, static_cast<LinkReceiver::Gate&>(*this), flood_ages_));
  return receivers_.back().get();
}

absl::StatusOr<LinkReceiver::Owner*> LinkSet::Admit(LinkReceiver& receiver, const Hello& hello) {
  return links_.at(hello.node)->Admit(receiver, hello);
}

void LinkSet::OnIncomingClosed(LinkReceiver* receiver, const CloseReason& reason) {
  receiver->OnClosed(reason);
  receivers_.remove_if([&](const auto& owned) { return owned.get() == receiver; });
}

void LinkSet::OnIncoming(Link& link) {
  exchange_.LookSoon();
  if (link.hears()) {
    readiness_.OnGreeted(link.neighbour());
  } else {
    readiness_.OnClosed(link.neighbour());
  }
}

void LinkSet::OnOutgoing(Link& link, LinkState to, const CloseReason& reason) {
  exchange_.LookSoon();
  OnHandshake(link.neighbour(), to, reason);
}

void LinkSet::OnRepaired(Link& link, bool neighbour_serving) {
  readiness_.OnRepairDone(link.neighbour(), neighbour_serving);
  CheckReady();
}

void LinkSet::OnHeld(Link& link, const HeldPositions& held) {
  owner_.OnHeld(link.neighbour(), held);
}

void LinkSet::OnMembership(const MembershipUpdate& update, FollowerMask came_by) {
  if (exchange_.Merge(update, came_by)) SendMembership();
}

void LinkSet::CheckReady() {
  if (ready_ || stopped_ || !readiness_.Ready(env_.MonotonicNs())) return;
  ready_ = true;
  owner_.OnReady();
  PublishState(NodeState::kServing);
}

void LinkSet::PublishState(NodeState state) { exchange_.PublishState(state); }

absl::StatusOr<Announcement> LinkSet::PostAnnouncement(std::string text, int64_t lifetime_ns) {
  return exchange_.Post(std::move(text), lifetime_ns);
}

void LinkSet::CheckOwnMember() {
  std::vector<LinkClaim> claims;
  for (auto& [name, link] : links_) {
    claims.push_back({name, link->speaks(), link->hears()});
    link->LearnTopology();
  }
  if (exchange_.Look(std::move(claims))) SendMembership();
  table_.limits().SetHerd(exchange_.FindBound(table_.limits().Own()));
}

void LinkSet::SendMembership() {
  exchange_.ReportNews();
  for (auto& [name, link] : links_) link->OnNews();
}

bool LinkSet::MembershipRead() const {
  if (started_ && !exchange_.published_state()) return false;
  return AllLinked([](const LinkSender& sender) { return sender.MembershipRead(); });
}

void LinkSet::Hurry() {
  own_.awaits_acknowledgements = true;
  for (auto& [name, link] : links_) link->Hurry();
}

void LinkSet::Stop() {
  stopped_ = true;
  for (auto& [name, link] : links_) link->Stop({CloseKind::kStopped, "this node stops"});
  for (const auto& receiver : receivers_) {
    receiver->Finish(CloseStatus(CloseKind::kNotServing, absl::StrCat(own_.node, " is stopping")));
  }
}

bool LinkSet::AllLinked(const std::function<bool(const LinkSender&)>& holds) const {
  return std::all_of(links_.begin(), links_.end(), [&](const auto& link) {
    return !link.second->speaks() || holds(link.second->sender());
  });
}

bool LinkSet::Flushed() const {
  return AllLinked([](const LinkSender& sender) { return sender.Flushed(); });
}

bool LinkSet::FlushedTo(const FeedPositions& ends) const {
  return AllLinked([&](const LinkSender& sender) { return sender.HasAllBefore(ends); });
}

size_t LinkSet::LinkedNeighbours() const {
  return static_cast<size_t>(std::count_if(links_.begin(), links_.end(),
                                           [](const auto& link) { return link.second->speaks(); }));
}

}  // namespace proxyherd::peer
