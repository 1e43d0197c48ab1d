#include "peer/transport/links.h"

#include <algorithm>
#include <cassert>
#include <future>
#include <set>
#include <utility>

#include "peer/transport/outgoing_stream.h"
#include "runtime/wait.h"

namespace proxyherd::peer {
namespace {

// Interval at which a stopping node checks whether its neighbours have all changes.
constexpr int64_t kFlushPollNs = 5 * kMillisecond;

// Part of the flush time that is reserved for the last membership entry; more than a round trip.
constexpr int64_t kLastMembershipNs = 500 * kMillisecond;

}  // namespace

Links::Links(const LinksOptions& options, Table& table, Env& env, Observer observer)
    : table_(table),
      env_(env),
      observer_(std::move(observer)),
      outgoing_metrics_(options.outgoing_metrics),
      incoming_metrics_(options.incoming_metrics),
      resolver_(options.resolver),
      load_(options.load),
      confirmations_(options.confirmations),
      addresses_(options.addresses),
      thread_(env,
              {[this] { Tick(); }, [this] { return NextTimer(); }, [this] { loop_.AfterRound(); }}),
      loop_(env, thread_),
      set_(options.identity, table, env, *this) {
  // Posts an empty task, because the thread asks for the next timer after every task.
  if (confirmations_ != nullptr) confirmations_->SetWake([this] { thread_.Post([] {}); });
}

Links::~Links() { assert(joined_); }

std::unique_ptr<LinkSender::Transport> Links::MakeTransport(Link& link) {
  const auto address = [this, neighbour = link.neighbour()] { return addresses_.at(neighbour); };
  return MakeOutgoingTransport(link, loop_, limit_hits_, {address, resolver_, outgoing_metrics_});
}

void Links::Wake() {
  thread_.Post([this] { set_.OnWake(); });
}

void Links::OnDisplaced() {
  if (observer_.displaced != nullptr) observer_.displaced();
}

void Links::OnMute(bool mute) {
  if (observer_.mute != nullptr) observer_.mute(mute);
}

void Links::OnHeld(const std::string& neighbour, const HeldPositions& held) {
  if (confirmations_ != nullptr) confirmations_->Update(neighbour, held);
}

void Links::Tick() {
  const int64_t now_ns = env_.MonotonicNs();
  loop_.Tick(now_ns);
  if (now_ns >= set_.NextTimer()) set_.Tick();
  if (confirmations_ != nullptr) confirmations_->Expire(now_ns);
}

int64_t Links::NextTimer() const {
  const int64_t next_ns = std::min(loop_.NextTimer(), set_.NextTimer());
  return confirmations_ == nullptr ? next_ns : std::min(next_ns, confirmations_->NextDeadline());
}

void Links::Listen(net::Descriptor socket) {
  thread_.Post([this, socket = std::move(socket)]() mutable {
    assert(listener_ == nullptr);
    const IncomingStream::Context context = {loop_, set_, limit_hits_, incoming_metrics_};
    listener_ = &loop_.Add(std::make_unique<LinkListener>(context, std::move(socket)));
  });
}

void Links::Start() {
  thread_.Post([this] {
    set_.Start();
    set_.Tick();
  });
}

void Links::Reshape(HerdShape shape, std::map<std::string, std::string> addresses) {
  thread_.Post([this, shape = std::move(shape), addresses = std::move(addresses)]() mutable {
    DoReshape(std::move(shape), std::move(addresses));
  });
}

void Links::DoReshape(HerdShape shape, std::map<std::string, std::string> addresses) {
  std::set<std::string> moved;
  for (const auto& [name, address] : addresses_) {
    const auto now = addresses.find(name);
    if (now != addresses.end() && now->second != address) moved.insert(name);
  }
  addresses_ = std::move(addresses);
  set_.Reshape(std::move(shape), moved);
}

LinksStop Links::Stop(int64_t flush_ns) {
  const int64_t deadline_ns = env_.MonotonicNs() + flush_ns;
  const FeedPositions ends = table_.FeedEnds();
  LinksStop stop;
  WaitUntil(
      [&] {
        set_.Hurry();
        stop.neighbours = set_.LinkedNeighbours();
        return true;
      },
      deadline_ns);
  stop.flushed = WaitUntil([&] { return set_.FlushedTo(ends); }, deadline_ns - kLastMembershipNs);
  PublishState(NodeState::kStopped);
  WaitUntil([&] { return set_.MembershipRead(); }, deadline_ns);
  thread_.Post([this] {
    set_.Stop();
    if (listener_ != nullptr) std::exchange(listener_, nullptr)->Close();
    loop_.Stop();
  });
  return stop;
}

bool Links::WaitUntil(const std::function<bool()>& holds, int64_t deadline_ns) {
  for (;;) {
    std::promise<bool> answer;
    thread_.Post([&] { answer.set_value(holds()); });
    if (answer.get_future().get()) return true;
    if (env_.MonotonicNs() >= deadline_ns) return false;
    runtime::SleepFor(kFlushPollNs);
  }
}

void Links::Join() {
  thread_.Join();
  joined_ = true;
}

void Links::PublishState(NodeState state) {
  thread_.Post([this, state] { set_.PublishState(state); });
}

void Links::PostAnnouncement(std::string text, int64_t lifetime_ns,
                             std::function<void(const absl::StatusOr<Announcement>&)> done) {
  thread_.Post([this, text = std::move(text), lifetime_ns, done = std::move(done)]() mutable {
    done(set_.PostAnnouncement(std::move(text), lifetime_ns));
  });
}

void Links::Nodes(NodesCallback done) {
  thread_.Post(
      [this, done = std::move(done)] { done(ViewNodes(set_.membership()), env_.NowNs()); });
}

void Links::View(std::function<void(const LinkSetView&)> done) {
  thread_.Post([this, done = std::move(done)] { done(set_.View()); });
}

LinkSetView Links::View() {
  std::promise<LinkSetView> answer;
  View([&](const LinkSetView& view) { answer.set_value(view); });
  return answer.get_future().get();
}

}  // namespace proxyherd::peer
