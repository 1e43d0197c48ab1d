#include "tests/sim/node.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <utility>

#include "tests/sim/records_sent.h"

namespace proxyherd::sim {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace

class Node::Dialler final : public peer::LinkSender::Transport {
 public:
  Dialler(Network& network, uint32_t direction, peer::Link& link)
      : network_(network), direction_(direction), link_(link) {}

  void Open(const peer::Hello& hello) override {
    stream_ = network_.Dial(direction_, hello, link_);
  }
  void Write(peer::SenderMessage message) override { network_.Write(stream_, std::move(message)); }
  void Close() override { network_.CloseBySender(std::exchange(stream_, {})); }

 private:
  Network& network_;
  const uint32_t direction_;
  peer::Link& link_;
  StreamRef stream_;
};

Node::Node(World& world, Network& network, Model& model, const Plan& plan, NodeId id,
           std::vector<NodeLink> links, ProcessState& state)
    : world_(world),
      network_(network),
      model_(model),
      plan_(plan),
      id_(id),
      neighbours_(std::move(links)),
      state_(state),
      clock_(world.clock, plan.clocks[id], world.random.Next()) {}

Node::~Node() = default;

peer::LinkIdentity Node::MakeIdentity() {
  peer::LinkIdentity identity;
  identity.herd = "simulated";
  identity.node = network_.NameOf(id_);
  identity.epoch_ns = static_cast<uint64_t>(clock_.NowNs());
  identity.topology_hash = 1;
  identity.expire_after_ns = plan_.expiry.after_ns;
  for (const NodeLink& link : neighbours_) {
    identity.neighbours.push_back(network_.NameOf(link.neighbour));
  }
  return identity;
}

uint32_t Node::IndexOf(const std::string& neighbour) const {
  uint32_t index = 0;
  while (network_.NameOf(neighbours_[index].neighbour) != neighbour) ++index;
  return index;
}

std::unique_ptr<peer::LinkSender::Transport> Node::MakeTransport(peer::Link& link) {
  return std::make_unique<Dialler>(network_, neighbours_[IndexOf(link.neighbour())].direction,
                                   link);
}

void Node::Wake() { world_.Push(world_.now_ns(), EventKind::kWake, id_, state_.incarnation); }

void Node::OnEvent(const peer::LinkEvent& event) {
  if (event.kind == peer::LinkEvent::Kind::kOutgoingUp) ++world_.covered.links_up;
  if (!world_.trace.on()) return;
  static constexpr const char* kKinds[] = {
      "link up to",     "link down to", "link still down to", "retried",          "link up from",
      "link down from", "refused",      "warning about",      "displaced",        "mute",
      "speaks",         "notice of",    "herd files differ:", "herd files agree", "bound:"};
  static_assert(std::size(kKinds) == static_cast<size_t>(peer::LinkEvent::Kind::kBound) + 1);
  world_.trace.Line(world_.now_ns(), "%s: %s %s %s", network_.NameOf(id_).c_str(),
                    kKinds[static_cast<int>(event.kind)], event.neighbour.c_str(),
                    event.reason.c_str());
}

void Node::OnReady() {
  world_.trace.Line(world_.now_ns(), "%s: ready with %llu records", network_.NameOf(id_).c_str(),
                    static_cast<unsigned long long>(table_->Records()));
}

void Node::OnHeld(const std::string& neighbour, const HeldPositions& held) {
  held_[IndexOf(neighbour)] = held;
}

// Each node has one process at a time, so none may be displaced, whatever clocks and streams do.
void Node::OnDisplaced() {
  world_.Fail(network_.NameOf(id_) + " takes itself for displaced: " + links_->View().waiting_for);
}

void Node::Start() {
  assert(!state_.alive);
  ++state_.incarnation;
  state_.alive = true;
  frozen_until_ns_ = 0;
  stopped_ = false;
  timer_at_ns_ = kNever;
  watch_delay_ns_ = world_.random.Spread(kMillisecond, 500 * kMillisecond);
  table_ = std::make_unique<Table>(TableOptions{.herd = "simulated",
                                                .node = network_.NameOf(id_),
                                                .probe_seed = clock_.Random(),
                                                .max_future_ns = plan_.max_future_ns,
                                                .expiry = plan_.expiry,
                                                .feed_min_entries = plan_.feed_min_entries});
  watcher_ = std::make_unique<Cursor>(*table_, [this] {
    world_.Push(world_.now_ns() + watch_delay_ns_, EventKind::kWatch, id_, state_.incarnation);
  });
  watcher_->GoIdle();
  held_.assign(neighbours_.size(), {});
  links_ = std::make_unique<peer::LinkSet>(MakeIdentity(), *table_, clock_, *this);
  model_.Started(id_);
  world_.trace.Line(world_.now_ns(), "%s: starts", network_.NameOf(id_).c_str());
  world_.Push(world_.now_ns(), EventKind::kStarted, id_, state_.incarnation);
}

void Node::Crash() {
  assert(state_.alive);
  world_.trace.Line(world_.now_ns(), "%s: crashes", network_.NameOf(id_).c_str());
  state_.alive = false;
  inbox_.clear();
  links_.reset();
  watcher_.reset();
  table_.reset();
}

bool Node::Serves() const { return state_.alive && links_->ready() && !(stopped_ && frozen()); }

bool Node::RepairIsKnown() const {
  return std::all_of(held_.begin(), held_.end(),
                     [](const HeldPositions& held) { return held.from == FeedPositions{}; });
}

void Node::Freeze(int64_t ns) {
  world_.trace.Line(world_.now_ns(), "%s: is stopped for %lld ms", network_.NameOf(id_).c_str(),
                    static_cast<long long>(ns / kMillisecond));
  stopped_ = true;
  frozen_until_ns_ = std::max(frozen_until_ns_, world_.now_ns() + ns);
  world_.Push(frozen_until_ns_, EventKind::kThaw, id_, state_.incarnation);
}

void Node::Thaw() {
  frozen_until_ns_ = 0;
  stopped_ = false;
  if (state_.alive) RunAll();
}

void Node::Handle(const Event& event) {
  if (!state_.alive || event.incarnation != state_.incarnation) return;
  if (event.kind == EventKind::kThaw) {
    if (!frozen()) RunAll();
    return;
  }
  if (frozen() || !inbox_.empty()) {
    inbox_.push_back(event);
    return;
  }
  Run(event);
}

// Runs waiting events in order; a timer that is due by now may run before all of them.
void Node::RunAll() {
  if (std::exchange(stopped_, false) && world_.random.Chance(500)) Tick();
  ArmTimer();
  while (!frozen() && !inbox_.empty()) {
    const Event event = inbox_.front();
    inbox_.pop_front();
    Run(event);
  }
}

void Node::Run(const Event& event) {
  switch (event.kind) {
    case EventKind::kStarted:
      links_->Start();
      Tick();
      break;
    case EventKind::kTimer:
      // The event is ignored if the timer has been moved to a later time since.
      if (event.at_ns == timer_at_ns_) {
        timer_at_ns_ = kNever;
        if (links_->NextTimer() <= clock_.MonotonicNs()) Tick();
      }
      break;
    case EventKind::kWake:
      links_->OnWake();
      break;
    case EventKind::kWatch:
      return ReadChanges();
    default:
      network_.Handle(event, *links_);
      break;
  }
  ArmTimer();
  if (cost_ns_ != 0) {
    frozen_until_ns_ = world_.now_ns() + cost_ns_;
    world_.Push(frozen_until_ns_, EventKind::kThaw, id_, state_.incarnation);
  }
}

void Node::Tick() {
  ++ticks_;
  links_->Tick();
}

void Node::ArmTimer() {
  const int64_t next_ns = links_->NextTimer();
  if (next_ns == kNever) return;
  const int64_t at_ns = std::max(clock_.TrueTimeOf(next_ns), world_.now_ns() + 1);
  if (at_ns >= timer_at_ns_) return;
  timer_at_ns_ = at_ns;
  world_.Push(at_ns, EventKind::kTimer, id_, state_.incarnation);
}

uint64_t Node::RecordsSent() const { return proxyherd::RecordsSent(*links_); }

void Node::ReadChanges() {
  bool more = true;
  while (more) {
    changes_.Clear();
    more = watcher_->Take(changes_);
    for (std::string_view rest = changes_.bytes(); !rest.empty();) {
      const RecordView record = *DecodeRecord(rest);
      rest.remove_prefix(record.Bytes());
      model_.Watched(id_, record, table_->origins().NameOf(record.origin));
    }
    watcher_->Acknowledge(watcher_->Position());
    if (!more) more = !watcher_->GoIdle();
  }
}

}  // namespace proxyherd::sim
