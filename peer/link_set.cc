// All links of a node.
#include "peer/link_set.h"

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

// Reasons of refusals that are told in the log, each once; the metric counts them all.
constexpr size_t kMaxRefusalsSaid = 16;

// How exactly clients are forgotten, and how often a part of the expired records is deleted.
constexpr int64_t kExpireInterval = kSecond / 4;

}  // namespace

LinkSet::LinkSet(LinkIdentity own, Table& table, Env& env, Callbacks callbacks)
    : own_(std::move(own)),
      table_(table),
      env_(env),
      callbacks_(std::move(callbacks)),
      readiness_(own_.neighbours, env.MonotonicNs()),
      board_(own_.node, own_.nodes),
      own_notice_(own_.node, own_.epoch_ns, own_.address) {
  for (const std::string& name : own_.neighbours) MakeSender(name);
}

void LinkSet::MakeSender(const std::string& neighbour) {
  Link& link = links_.emplace(neighbour, env_.MonotonicNs()).first->second;
  link.transport = callbacks_.dialler(neighbour);
  LinkSender::Owner owner;
  owner.serving = [this] { return ready_; };
  owner.wake = [this, neighbour] { callbacks_.wake(neighbour); };
  owner.state = [this, neighbour](LinkState to, const std::string& reason, int64_t retry_in_ns) {
    OnSenderState(neighbour, to, reason, retry_in_ns);
  };
  owner.merged = [&link](const MergeCounts& counts, size_t bytes) {
    Add(counts, bytes, link.received);
  };
  owner.repaired = [this, neighbour](bool neighbour_serving) {
    readiness_.OnRepairDone(neighbour, neighbour_serving);
    CheckReady();
  };
  owner.notices = [this, &link] { return Notices{board_.Take(link.notices, link.sender->mask())}; };
  link.sender = std::make_unique<LinkSender>(own_, neighbour, table_, env_, *link.transport,
                                             link.agreement, std::move(owner));
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
  next_ns = std::min({next_ns, next_expire_ns_, own_notice_.NextLook()});
  return std::min(next_ns, readiness_.NextTimer(env_.MonotonicNs()));
}

template <typename Event>
void LinkSet::Run(LinkReceiver* receiver, Event event) {
  if (receiver->finished()) return;
  event();
  if (!receiver->finished()) return;
  const std::string reason(receiver->finish_status().message());
  if (receiver->greeted()) {
    Left(receiver, reason);
  } else {
    Refused(reason);
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
    next_expire_ns_ = now_ns + kExpireInterval;
  }
  CheckReady();
  if (started_ && now_ns >= own_notice_.NextLook()) LookAtNotice();
}

void LinkSet::OnOutgoingWritten(const std::string& neighbour) {
  Link& link = links_.at(neighbour);
  link.sender->OnWritten(env_.MonotonicNs());
  TellHeld(neighbour, link);
}

void LinkSet::OnOutgoingMessage(const std::string& neighbour, ReceiverMessage message) {
  Link& link = links_.at(neighbour);
  link.sender->OnMessage(std::move(message), env_.MonotonicNs());
  TellHeld(neighbour, link);
}

void LinkSet::OnOutgoingClosed(const std::string& neighbour, const std::string& reason) {
  Link& link = links_.at(neighbour);
  link.sender->OnClosed(reason, env_.MonotonicNs());
  TellHeld(neighbour, link);
}

void LinkSet::OnWake(const std::string& neighbour) {
  Link& link = links_.at(neighbour);
  link.sender->OnWake(env_.MonotonicNs());
  TellHeld(neighbour, link);
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
    status =
        absl::UnavailableError(absl::StrCat(own_.node, started_ ? " is stopping" : " is starting"));
  } else if (static_cast<size_t>(strangers) >= kMaxStrangers) {
    status = absl::ResourceExhaustedError("too many streams without a hello");
  }
  if (!status.ok()) {
    Refused(std::string(status.message()));
    transport.Finish(status);
    return nullptr;
  }
  auto slot = std::make_shared<LinkReceiver*>(nullptr);
  LinkReceiver::Owner owner;
  owner.admit = [this, slot](const Hello& hello) { return Admit(*slot, hello); };
  owner.serving = [this] { return ready_; };
  owner.repair_done = [this, slot](const RepairDone& done) {
    Link& link = *LinkOf(*slot);
    link.agreement.OnLook(done.verified, done.differing, done.divergent, env_.MonotonicNs());
    link.sender->OnRepairDone(done);
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
  owner.notices = [this, slot](const Notices& notices) { MergeNotices(*slot, notices); };
  receivers_.push_back(std::make_unique<LinkReceiver>(own_, table_, env_, transport,
                                                      std::move(owner), env_.MonotonicNs()));
  return *slot = receivers_.back().get();
}

absl::Status LinkSet::Admit(LinkReceiver* receiver, const Hello& hello) {
  Link& link = links_.at(hello.node);
  if (link.incoming != nullptr) {
    const Hello& present = link.incoming->hello();
    if (std::tie(hello.epoch_ns, hello.attempt) <= std::tie(present.epoch_ns, present.attempt)) {
      return absl::AbortedError(
          absl::StrCat("a newer stream from ", hello.node, " is here already"));
    }
    LinkReceiver* old = link.incoming;
    Left(old, "replaced by a newer stream");
    old->Finish(absl::AbortedError("replaced by a newer stream"));
  }
  link.incoming = receiver;
  Warn(link.same_topology, hello.topology_hash == own_.topology_hash, hello,
       "its herd file describes other nodes or links than ours");
  Warn(link.same_expiry, hello.expire_after_ns == own_.expire_after_ns, hello,
       "it forgets clients after another time than we do (--expire_after)");
  callbacks_.event({LinkEvent::Kind::kIncomingUp, hello.node, ""});
  own_notice_.LookSoon(env_.MonotonicNs());
  readiness_.OnGreeted(hello.node);
  link.sender->OnNeighbourSeen(hello, env_.MonotonicNs());
  return absl::OkStatus();
}

// Says once that something is no longer the same at both ends.
void LinkSet::Warn(bool& same, bool same_now, const Hello& hello, const char* what) {
  if (std::exchange(same, same_now) && !same_now) {
    callbacks_.event({LinkEvent::Kind::kWarning, hello.node, what});
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

void LinkSet::OnIncomingClosed(LinkReceiver* receiver, const std::string& reason) {
  Left(receiver, reason);
  receivers_.remove_if([&](const auto& owned) { return owned.get() == receiver; });
}

void LinkSet::Refused(const std::string& reason) {
  ++refused_;
  if (refusals_said_.size() == kMaxRefusalsSaid || !refusals_said_.insert(reason).second) return;
  callbacks_.event({LinkEvent::Kind::kRefused, "", reason});
}

// The incoming stream is no longer the link's.
void LinkSet::Left(LinkReceiver* receiver, const std::string& reason) {
  if (!receiver->greeted()) return;
  Link& link = *LinkOf(receiver);
  if (link.incoming != receiver) return;
  link.incoming = nullptr;
  own_notice_.LookSoon(env_.MonotonicNs());
  readiness_.OnClosed(receiver->hello().node);
  callbacks_.event({LinkEvent::Kind::kIncomingDown, receiver->hello().node, reason});
}

void LinkSet::CheckReady() {
  if (ready_ || stopped_ || !readiness_.Ready(env_.MonotonicNs())) return;
  ready_ = true;
  callbacks_.ready();
  Tell(NodeState::kServing);
}

void LinkSet::OnSenderState(const std::string& neighbour, LinkState to, const std::string& reason,
                            int64_t retry_in_ns) {
  Link& link = links_.at(neighbour);
  own_notice_.LookSoon(env_.MonotonicNs());
  if (to == LinkState::kUp) {
    link.notices = board_.Join();
    link.said_up = true;
    link.said_reason.clear();
    callbacks_.event({LinkEvent::Kind::kOutgoingUp, neighbour, ""});
  } else if (to == LinkState::kDown && (link.said_up || link.said_reason != reason)) {
    link.said_up = false;
    link.said_reason = reason;
    callbacks_.event({LinkEvent::Kind::kOutgoingDown, neighbour, reason, retry_in_ns});
  }
}

void LinkSet::Tell(NodeState state) {
  if (state <= own_state_) return;
  own_state_ = state;
  // Not at once: this may be in the midst of what a sender does.
  own_notice_.LookNow();
}

absl::StatusOr<PeopleNotice> LinkSet::PostNotice(std::string text, int64_t lifetime_ns) {
  own_notice_.LookSoon(env_.MonotonicNs());
  return own_notice_.Post(std::move(text), lifetime_ns, env_.NowNs());
}

void LinkSet::LookAtNotice() {
  std::vector<LinkClaim> claims;
  for (const auto& [name, link] : links_) {
    claims.push_back({name, link.sender->state() == LinkState::kUp, link.incoming != nullptr});
  }
  const LoadSample load = callbacks_.load == nullptr ? LoadSample{} : callbacks_.load();
  std::optional<NodeNotice> notice = own_notice_.Look(
      own_state_, load, std::move(claims), board_.overtaken(), env_.MonotonicNs(), env_.NowNs());
  if (!notice.has_value()) return;
  board_.Publish(*std::move(notice));
  SendNotices();
}

void LinkSet::MergeNotices(LinkReceiver* receiver, const Notices& notices) {
  const FollowerMask came_by =
      LinkOf(receiver)->sender->SplitHorizonMask(receiver->hello().epoch_ns);
  bool changed = false;
  for (const NodeNotice& notice : notices.nodes) changed |= board_.Merge(notice, came_by);
  if (board_.overtaken()) own_notice_.LookSoon(env_.MonotonicNs());
  if (changed) SendNotices();
}

void LinkSet::SendNotices() {
  for (const NoticeBoard::News& news : board_.TakeNews(env_.MonotonicNs())) {
    if (!IsCurrent(news.words, env_.NowNs())) continue;
    callbacks_.event({LinkEvent::Kind::kNotice, news.node, news.words.text});
  }
  for (auto& [name, link] : links_) {
    link.sender->OnNotices(env_.MonotonicNs());
    TellHeld(name, link);
  }
}

bool LinkSet::NoticesRead() const {
  if (started_ && own_notice_.told_state() != own_state_) return false;
  return std::all_of(links_.begin(), links_.end(), [](const auto& link) {
    return link.second.sender->state() != LinkState::kUp || link.second.sender->NoticesRead();
  });
}

void LinkSet::Stop() {
  stopped_ = true;
  for (auto& [name, link] : links_) {
    link.sender->Stop();
    TellHeld(name, link);
  }
  for (const auto& receiver : receivers_) {
    receiver->Finish(absl::UnavailableError(absl::StrCat(own_.node, " is stopping")));
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

LinkSetView LinkSet::View() const {
  LinkSetView view;
  view.ready = ready_;
  view.waiting_for = readiness_.Reason();
  view.refused = refused_;
  view.nodes = CountStates(ViewNodes(board_));
  view.people_notices = CountPeopleNotices(board_, env_.NowNs());
  view.notices = board_.counters();
  view.posts_refused = own_notice_.posts_refused();
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
