#include "gateway/server/event_loop.h"

#include <cassert>
#include <utility>

namespace proxyherd::gateway {
namespace {

// How long a connection stays open for reading after the server has shut its side.
constexpr int64_t kLingerNs = kSecond;

// Time-outs of sessions are coarse: a sweep over all sessions once a second replaces timers.
constexpr int64_t kTickNs = 250 * kMillisecond;
constexpr uint64_t kTicksPerSweep = 4;

// The maximum number of evicted connections whose system buffers are kept for a second. A bound is
// needed because that memory is not counted.
constexpr size_t kMaxEvictedLingering = 16;

}  // namespace

EventLoop::EventLoop(const Backend& backend, const SessionLimits& limits, TrafficBudget& budget,
                     std::shared_ptr<HeldTotal> held, size_t number, Hooks hooks)
    : ConnectionHost(backend, limits, budget, std::move(held)),
      hooks_(std::move(hooks)),
      number_(number) {}

EventLoop::~EventLoop() = default;

absl::Status EventLoop::Open() {
  return poller().Open([this] { OnTick(); });
}

void EventLoop::Start() {
  thread_ = std::thread([this] {
    while (!done_) {
      poller().Turn();
      KeepWithinBound();
      closed_.clear();
    }
  });
}

void EventLoop::StartTicks() {
  if (std::exchange(ticking_, true)) return;
  poller().SetTimer(kTickNs);
}

void EventLoop::Adopt(net::Descriptor socket, const net::ClientAddress& address) {
  open_.fetch_add(1, std::memory_order_relaxed);
  accepted_.fetch_add(1, std::memory_order_relaxed);
  Post([this, address, socket = std::move(socket)]() mutable {
    auto connection = std::make_shared<Connection>(*this, std::move(socket), address);
    connection->index = connections_.size();
    connections_.push_back(connection);
    StartTicks();
    connection->Start();
    if (stopping_) connection->Stop();
  });
}

void EventLoop::Account(Connection& connection, size_t bytes) {
  // Only whole KiBs are counted, so that clients that send little never write to shared state.
  constexpr size_t kUnit = 1024;
  bytes -= bytes % kUnit;
  if (bytes == connection.bytes()) return;
  held()->Change(static_cast<int64_t>(bytes) - static_cast<int64_t>(connection.bytes()));
  by_size_.Update(connection, bytes);
  PublishLargest();
}

void EventLoop::PublishLargest() {
  const int largest = by_size_.LargestClass();
  if (largest == published_largest_) return;
  published_largest_ = largest;
  held()->SetLargest(number_, largest);
}

// Runs between rounds of events, when any connection may be closed.
void EventLoop::EvictLargest() {
  held()->BeginCheck(number_);
  while (held()->Over()) {
    const size_t holder = held()->HolderOfLargest(number_);
    if (holder != number_) {
      if (held()->RequestCheck(holder)) hooks_.wake(holder);
      return;
    }
    auto* const largest = static_cast<Connection*>(by_size_.Largest());
    if (largest == nullptr) return;
    const size_t before = largest->bytes();
    largest->ReleaseBuffers();
    const size_t bytes = largest->bytes();
    if (bytes < before) continue;
    if (!held()->TakeExcess(bytes)) return;
    by_size_.Update(*largest, 0);
    PublishLargest();
    largest->Evict(evicted_lingering_ < kMaxEvictedLingering);
  }
}

void EventLoop::Remove(Connection& connection) {
  Account(connection, 0);
  if (connection.lingers_evicted) {
    assert(evicted_lingering_ > 0);
    --evicted_lingering_;
  }
  hooks_.on_closed(connection.address());
  open_.fetch_sub(1, std::memory_order_relaxed);
  const size_t index = connection.index;
  std::swap(connections_[index], connections_.back());
  connections_[index]->index = index;
  // The caller is one of the connection's functions, so the connection is kept until that returns.
  closed_.push_back(std::move(connections_.back()));
  connections_.pop_back();
  EndIfDone();
}

void EventLoop::Linger(Connection& connection) {
  lingering_.push_back(
      {context().backend.env.MonotonicNs() + kLingerNs, connection.weak_from_this()});
}

void EventLoop::CountEvicted(Connection& connection) {
  connection.lingers_evicted = true;
  ++evicted_lingering_;
}

void EventLoop::SetLimits(const SessionLimits& limits) {
  Post([this, limits] { SetSessionLimits(limits); });
}

void EventLoop::BeginStop(int64_t give_up_ns, int64_t deadline_ns) {
  Post([this, give_up_ns, deadline_ns] {
    stopping_ = true;
    StartTicks();
    give_up_ns_ = give_up_ns;
    stop_deadline_ns_ = deadline_ns;
    for (size_t i = connections_.size(); i-- > 0;) {
      const std::shared_ptr<Connection> connection = connections_[i];
      connection->Stop();
    }
    EndIfDone();
  });
}

void EventLoop::Join() {
  if (thread_.joinable()) thread_.join();
}

void EventLoop::EndIfDone() {
  if (stopping_ && connections_.empty()) done_ = true;
}

void EventLoop::OnTick() {
  const int64_t now_ns = context().backend.env.MonotonicNs();
  EndLingering(now_ns);
  if (++ticks_ % kTicksPerSweep == 0) Sweep(now_ns);
  const bool continues = hooks_.on_tick();
  if (stopping_) EnforceStop(now_ns);
  // Whatever lingers is a connection, too.
  ticking_ = continues || stopping_ || !connections_.empty();
  if (ticking_) poller().SetTimer(kTickNs);
}

void EventLoop::EndLingering(int64_t now_ns) {
  // Acts up to one tick early, because a deadline is an upper bound.
  while (!lingering_.empty() && lingering_.front().deadline_ns < now_ns + kTickNs) {
    const std::shared_ptr<Connection> connection = lingering_.front().connection.lock();
    lingering_.pop_front();
    if (connection == nullptr || connection->EndLinger(now_ns, stopping_)) continue;
    lingering_.push_back({now_ns + kLingerNs, connection});
  }
}

// Enforces the two deadlines of BeginStop.
void EventLoop::EnforceStop(int64_t now_ns) {
  if (!gave_up_ && give_up_ns_ < now_ns + kTickNs) {
    gave_up_ = true;
    for (size_t i = connections_.size(); i-- > 0;) {
      const std::shared_ptr<Connection> connection = connections_[i];
      connection->GiveUpWaiting();
    }
  }
  if (now_ns + kTickNs <= stop_deadline_ns_) return;
  while (!connections_.empty()) {
    const std::shared_ptr<Connection> connection = connections_.back();
    if (!connection->Settled()) ++cut_off_;
    connection->Close();
  }
}

// Iterates from the end, because a closing connection is replaced by the last one, already visited.
void EventLoop::Sweep(int64_t now_ns) {
  for (size_t i = connections_.size(); i-- > 0;) {
    const std::shared_ptr<Connection> connection = connections_[i];
    connection->Tick(now_ns);
  }
}

}  // namespace proxyherd::gateway
