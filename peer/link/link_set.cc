// All links of a node.
#include "peer/link/link_set.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

// Streams that have not greeted yet are few in a healthy herd; more are somebody's mistake or
// worse.
constexpr size_t kMaxStrangers = 64;

// How exactly clients are forgotten, and how often a part of the expired records is deleted.
constexpr int64_t kExpireIntervalNs = kSecond / 4;

}  // namespace

LinkSet::LinkSet(LinkIdentity own, Table& table, Env& env, Callbacks callbacks)
    : own_(std::move(own)),
      table_(table),
      env_(env),
      callbacks_(std::move(callbacks)),
      readiness_(own_.neighbours, env.MonotonicNs()),
      membership_(own_, env, callbacks_.load, callbacks_.event),
      displacement_(own_.epoch_ns) {
  for (const std::string& name : own_.neighbours) MakeSender(name);
}

void LinkSet::MakeSender(const std::string& neighbour) {
  Link& link = links_.emplace(neighbour, env_.MonotonicNs()).first->second;
  link.transport = callbacks_.dialler(neighbour);
  LinkSender::Owner owner;
  owner.serving = [this] { return ready_ && !displaced(); };
  owner.wake = [this, neighbour] { callbacks_.wake(neighbour); };
  owner.state = [this, neighbour](LinkState to, const CloseReason& reason, int64_t retry_in_ns) {
    OnSenderState(neighbour, to, reason, retry_in_ns);
  };
  owner.merged = [&link](const MergeCounts& counts, size_t bytes) {
    Add(counts, bytes, link.received);
  };
  owner.repaired = [this, neighbour](bool neighbour_serving) {
    readiness_.OnRepairDone(neighbour, neighbour_serving);
    CheckReady();
  };
  owner.notices = [this, &link] { return membership_.Take(link.notices, link.sender->mask()); };
  link.sender =
      std::make_unique<LinkSender>(own_, neighbour, table_, env_, *link.transport, link.agreement,
                                   std::move(owner), attempts_before_[neighbour]);
}

void LinkSet::Add(const MergeCounts& counts, size_t bytes, ReceiverCounters& received) {
  received.record_bytes += bytes;
  received.records.won += counts.won;
  received.records.equal += counts.equal;
  received.records.stale += counts.stale;
  received.records.invalid += counts.invalid;
  received.limits[LinkLimit::kOrigins] += counts.no_origin;
  received.records.expired += counts.expired;
}

LinkSet::~LinkSet() = default;

int64_t LinkSet::NextTimer() const {
  int64_t next_ns = std::numeric_limits<int64_t>::max();
  if (!started_) return next_ns;
  for (const auto& [name, link] : links_) next_ns = std::min(next_ns, link.sender->NextTimer());
  for (const auto& receiver : receivers_) next_ns = std::min(next_ns, receiver->NextTimer());
  next_ns = std::min(
      {next_ns, next_expire_ns_, membership_.NextLook(), NextLogTimer(), NextSpeechTimer()});
  return std::min(next_ns, readiness_.NextTimer(env_.MonotonicNs()));
}

template <typename Event>
void LinkSet::Run(LinkReceiver* receiver, Event event) {
  if (receiver->finished()) return;
  event();
  if (!receiver->finished()) return;
  if (receiver->greeted()) {
    Left(receiver, ReasonOf(receiver->finish_status()));
  } else {
    Refused(receiver->finish_status(), receiver->claimed_node());
  }
}

void LinkSet::Tick() {
  const int64_t now_ns = env_.MonotonicNs();
  for (auto& [name, link] : links_) {
    link.sender->Tick(now_ns);
    TellHeld(name, link);
  }
  for (auto at = receivers_.begin(); at != receivers_.end();) {
    LinkReceiver* receiver = (at++)->get();
    Run(receiver, [&] { receiver->Tick(now_ns); });
  }
  if (now_ns >= next_expire_ns_) {
    // Here, because the digests that neighbours compare move with it.
    table_.Expire(env_.NowNs());
    next_expire_ns_ = now_ns + kExpireIntervalNs;
  }
  CheckReady();
  CheckSpeech();
  if (started_ && now_ns >= membership_.NextLook()) CheckOwnMember();
  LogWhatIsDue();
}

template <typename Event>
void LinkSet::Run(const std::string& neighbour, Event event) {
  const auto found = links_.find(neighbour);
  // Events of a link that has just ended may still be on their way.
  if (found == links_.end()) return;
  event(*found->second.sender);
  TellHeld(neighbour, found->second);
}

void LinkSet::OnOutgoingWritten(const std::string& neighbour) {
  Run(neighbour, [this](LinkSender& sender) { sender.OnWritten(env_.MonotonicNs()); });
}

void LinkSet::OnOutgoingMessage(const std::string& neighbour, ReceiverMessage message) {
  Run(neighbour,
      [&](LinkSender& sender) { sender.OnMessage(std::move(message), env_.MonotonicNs()); });
}

void LinkSet::OnOutgoingClosed(const std::string& neighbour, const CloseReason& reason) {
  Run(neighbour, [&](LinkSender& sender) { sender.OnClosed(reason, env_.MonotonicNs()); });
}

void LinkSet::OnWake(const std::string& neighbour) {
  Run(neighbour, [this](LinkSender& sender) { sender.OnWake(env_.MonotonicNs()); });
}

void LinkSet::TellHeld(const std::string& neighbour, Link& link) {
  if (callbacks_.held == nullptr) return;
  const LinkSender::HeldVersion version = link.sender->held_version();
  if (version == std::exchange(link.held_told, version)) return;
  callbacks_.held(neighbour, link.sender->Held());
}

LinkReceiver* LinkSet::Accept(LinkReceiver::Transport& transport) {
  const auto strangers = std::count_if(receivers_.begin(), receivers_.end(),
                                       [](const auto& receiver) { return !receiver->greeted(); });
  absl::Status status;
  if (!started_ || stopped_) {
    status = CloseStatus(CloseKind::kNotServing,
                         absl::StrCat(own_.node, started_ ? " is stopping" : " is starting"));
  } else if (static_cast<size_t>(strangers) >= kMaxStrangers) {
    status = CloseStatus(CloseKind::kTooManyStreams, "too many streams without a hello");
  }
  if (!status.ok()) {
    Refused(status, "");
    transport.Finish(status);
    return nullptr;
  }
  auto slot = std::make_shared<LinkReceiver*>(nullptr);
  LinkReceiver::Owner owner;
  owner.admit = [this, slot](const Hello& hello) { return Admit(*slot, hello); };
  owner.serving = [this] { return ready_ && !displaced(); };
  owner.repair_done = [this, slot](const RepairDone& done) {
    Link& link = *LinkOf(*slot);
    link.agreement.OnLook(done.verified, done.differing, done.divergent, env_.MonotonicNs());
    link.sender->OnRepairDone(done, (*slot)->hello().epoch_ns);
    TellHeld((*slot)->hello().node, link);
    readiness_.OnRepairDone((*slot)->hello().node, done.serving);
    CheckReady();
  };
  owner.split_horizon_mask = [this, slot] {
    return LinkOf(*slot)->sender->SplitHorizonMask((*slot)->hello().epoch_ns);
  };
  owner.merged = [this, slot](const MergeCounts& counts, size_t bytes) {
    ReceiverCounters& received = LinkOf(*slot)->received;
    ++received.batches;
    Add(counts, bytes, received);
  };
  owner.limit_hit = [this, slot](LinkLimit limit) { ++LinkOf(*slot)->received.limits[limit]; };
  owner.flooded = callbacks_.flooded;
  owner.notices = [this, slot](const MembershipUpdate& notices) {
    MergeMembership(*slot, notices);
  };
  receivers_.push_back(std::make_unique<LinkReceiver>(own_, table_, env_, transport,
                                                      std::move(owner), env_.MonotonicNs()));
  return *slot = receivers_.back().get();
}

absl::Status LinkSet::Admit(LinkReceiver* receiver, const Hello& hello) {
  Link& link = links_.at(hello.node);
  if (link.incoming != nullptr) {
    LinkReceiver* old = link.incoming;
    const Hello& present = old->hello();
    if (std::tie(hello.epoch_ns, hello.attempt) <= std::tie(present.epoch_ns, present.attempt) &&
        !old->Silent(env_.MonotonicNs())) {
      // Another process of the node lives when it was heard after the last refusal.
      const bool other = present.epoch_ns > hello.epoch_ns && old->TakeHeard();
      return NewerStreamStatus(absl::StrCat("a newer stream from ", hello.node, " is here already"),
                               other ? present.epoch_ns : 0);
    }
    const absl::Status replaced = CloseStatus(CloseKind::kReplaced, "replaced by a newer stream");
    Left(old, ReasonOf(replaced));
    old->Finish(replaced);
  }
  link.incoming = receiver;
  link.topology_hash = hello.topology_hash;
  Warn(link.same_topology, HasOurTopology(link), link, hello.node,
       "its herd file describes other nodes or links than ours");
  Warn(link.same_expiry, hello.expire_after_ns == own_.expire_after_ns, link, hello.node,
       "it forgets clients after another time than we do (--expire_after)");
  LogIncoming(hello.node, link.incoming_log.OnUp(env_.MonotonicNs()));
  membership_.LookSoon();
  readiness_.OnGreeted(hello.node);
  link.sender->OnNeighbourSeen(hello, env_.MonotonicNs());
  return absl::OkStatus();
}

// Says once that something is no longer the same at both ends.
void LinkSet::Warn(bool& same, bool same_now, Link& link, const std::string& neighbour,
                   const char* what) {
  if (std::exchange(same, same_now) && !same_now && link.warnings.Take(env_.MonotonicNs())) {
    callbacks_.event({LinkEvent::Kind::kWarning, neighbour, what});
  }
}

LinkSet::Link* LinkSet::LinkOf(const LinkReceiver* receiver) {
  return &links_.at(receiver->hello().node);
}

void LinkSet::OnIncomingMessage(LinkReceiver* receiver, const SenderMessage& message) {
  Run(receiver, [&] { receiver->OnMessage(message, env_.MonotonicNs()); });
}

void LinkSet::OnIncomingWritten(LinkReceiver* receiver) {
  Run(receiver, [&] { receiver->OnWritten(env_.MonotonicNs()); });
}

void LinkSet::OnIncomingClosed(LinkReceiver* receiver, const CloseReason& reason) {
  Left(receiver, reason);
  receivers_.remove_if([&](const auto& owned) { return owned.get() == receiver; });
}

// The incoming stream is no longer the link's.
void LinkSet::Left(LinkReceiver* receiver, const CloseReason& reason) {
  if (!receiver->greeted()) return;
  const auto found = links_.find(receiver->hello().node);
  if (found == links_.end() || found->second.incoming != receiver) return;
  Link& link = found->second;
  link.incoming = nullptr;
  membership_.LookSoon();
  readiness_.OnClosed(receiver->hello().node);
  link.incoming_reason = reason.text;
  LogIncoming(found->first, link.incoming_log.OnDown(reason.kind, env_.MonotonicNs()));
}

void LinkSet::CheckReady() {
  if (ready_ || stopped_ || !readiness_.Ready(env_.MonotonicNs())) return;
  ready_ = true;
  callbacks_.ready();
  Tell(NodeState::kServing);
}

void LinkSet::OnSenderState(const std::string& neighbour, LinkState to, const CloseReason& reason,
                            int64_t retry_in_ns) {
  Link& link = links_.at(neighbour);
  const int64_t now_ns = env_.MonotonicNs();
  membership_.LookSoon();
  if (to == LinkState::kUp) {
    link.notices = membership_.Join();
    LogOutgoing(neighbour, link.outgoing_log.OnUp(now_ns), retry_in_ns);
  } else if (to == LinkState::kDown) {
    LogOutgoing(neighbour, link.outgoing_log.OnDown(reason.kind, now_ns), retry_in_ns);
  }
  OnHandshake(neighbour, to, reason);
}

void LinkSet::Tell(NodeState state) { membership_.Tell(state); }

absl::StatusOr<Announcement> LinkSet::PostNotice(std::string text, int64_t lifetime_ns) {
  return membership_.Post(std::move(text), lifetime_ns);
}

void LinkSet::CheckOwnMember() {
  std::vector<LinkClaim> claims;
  for (auto& [name, link] : links_) {
    claims.push_back({name, link.sender->state() == LinkState::kUp, link.incoming != nullptr});
    LearnTopology(name, link);
  }
  if (membership_.Look(std::move(claims))) SendMembership();
  table_.limits().SetHerd(membership_.FindBound(table_.limits().Own()));
}

void LinkSet::MergeMembership(LinkReceiver* receiver, const MembershipUpdate& notices) {
  const FollowerMask came_by =
      LinkOf(receiver)->sender->SplitHorizonMask(receiver->hello().epoch_ns);
  if (membership_.Merge(notices, came_by)) SendMembership();
}

void LinkSet::SendMembership() {
  membership_.TellNews();
  for (auto& [name, link] : links_) {
    link.sender->OnMembership(env_.MonotonicNs());
    TellHeld(name, link);
  }
}

bool LinkSet::MembershipRead() const {
  if (started_ && !membership_.told_state()) return false;
  return std::all_of(links_.begin(), links_.end(), [](const auto& link) {
    return link.second.sender->state() != LinkState::kUp || link.second.sender->MembershipRead();
  });
}

void LinkSet::Stop() {
  stopped_ = true;
  for (auto& [name, link] : links_) {
    link.sender->Stop({CloseKind::kStopped, "this node stops"});
    TellHeld(name, link);
  }
  for (const auto& receiver : receivers_) {
    receiver->Finish(CloseStatus(CloseKind::kNotServing, absl::StrCat(own_.node, " is stopping")));
  }
}

bool LinkSet::Flushed() const {
  return std::all_of(links_.begin(), links_.end(), [](const auto& link) {
    return link.second.sender->state() != LinkState::kUp || link.second.sender->Flushed();
  });
}

bool LinkSet::FlushedTo(const FeedPositions& ends) const {
  return std::all_of(links_.begin(), links_.end(), [&](const auto& link) {
    return link.second.sender->state() != LinkState::kUp || link.second.sender->HasAllBefore(ends);
  });
}

size_t LinkSet::LinkedNeighbours() const {
  return static_cast<size_t>(std::count_if(links_.begin(), links_.end(), [](const auto& link) {
    return link.second.sender->state() == LinkState::kUp;
  }));
}

}  // namespace proxyherd
