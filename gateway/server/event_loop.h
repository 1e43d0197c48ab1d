// One thread that serves its share of the connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/limits/by_size.h"
#include "gateway/limits/held_total.h"
#include "gateway/session/session.h"
#include "net/descriptor.h"
#include "net/poller.h"
#include "net/socket_address.h"

namespace proxyherd {

class Connection;

// A connection stays on the loop that adopted it, so that sessions need no locks. Thread-safe where
// it says so; the rest is called on the loop's own thread.
class EventLoop : public std::enable_shared_from_this<EventLoop> {
 public:
  struct Hooks {
    // About four times a second.
    std::function<void()> on_tick;
    // A connection from this address is gone.
    std::function<void(const ClientAddress&)> on_closed;
    // All connections hold too much, and this loop has the largest of them. Called on any thread.
    std::function<void(size_t loop)> wake;
  };

  // `backend` and `budget` outlive the loop's thread. `number`: the loop's, within `held`.
  EventLoop(const Backend& backend, const SessionLimits& limits, TrafficBudget& budget,
            std::shared_ptr<HeldTotal> held, size_t number, Hooks hooks);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // RESOURCE_EXHAUSTED: the system gives it nothing to wait with. Called before all else.
  absl::Status Open();
  // Starts the thread.
  void Start();

  // Takes a connection, whose socket does not block. Thread-safe.
  void Adopt(Descriptor socket, const ClientAddress& address);

  // Lets every session end, and the thread with the last of them: from `give_up_ns` on without what
  // they wait for, at `deadline_ns` by force. Thread-safe.
  void BeginStop(int64_t give_up_ns, int64_t deadline_ns);
  void Join();
  // How many connections were ended by force before their client took all that it was owed.
  // REQUIRES: joined.
  uint64_t CutOff() const { return cut_off_; }

  // Other limits from now on, for connections that are there, too. Thread-safe. See SessionLimits
  // for what may change.
  void SetLimits(const SessionLimits& limits);

  // Runs a task on the loop's thread. Thread-safe.
  void Post(Poller::Task task) { poller_.Post(std::move(task)); }

  // Thread-safe.
  int64_t Connections() const { return open_.load(std::memory_order_relaxed); }
  uint64_t Accepted() const { return accepted_.load(std::memory_order_relaxed); }
  const GatewayCounters& counters() const { return counters_; }

  // For connections and for work on this loop.
  Poller& poller() { return poller_; }
  GatewayCounters& MutableCounters() { return counters_; }
  const SessionContext& context() const { return context_; }
  std::vector<char>& ReadBuffer() { return read_buffer_; }
  void Linger(Connection& connection);
  // It lingers because it was evicted.
  void CountEvicted(Connection& connection);
  void Remove(Connection& connection);
  // So much is held by this connection now.
  void Account(Connection& connection, size_t bytes);
  // What the system may hold of a connection unseen has grown by so much, or shrunk.
  void AddUnseen(size_t bytes) { unseen_ += bytes; }
  void TakeUnseen(size_t bytes) { unseen_ -= bytes; }
  // That is much, of all connections of this loop.
  bool MuchUnseen() const { return unseen_ > held_->UnseenPerLoop(); }
  // All connections hold too much: nothing is read that would make it more.
  bool HoldsTooMuch() const { return held_->Full(); }
  // For what makes a connection faster: only while half of the total is free.
  bool HasRoomFor(size_t bytes) const { return held_->Bytes() + bytes <= held_->max_bytes() / 2; }
  // Closes the largest connections if that is needed. Not between events of one round, see Poller.
  void KeepWithinBound() {
    if (held_->Over()) Relieve();
  }
  // Thread-safe.
  const std::shared_ptr<HeldTotal>& held() const { return held_; }

 private:
  struct Lingering {
    int64_t deadline_ns;
    std::weak_ptr<Connection> connection;
  };

  void OnTick();
  void Sweep(int64_t now_ns);
  void EndLingering(int64_t now_ns);
  void PressOn(int64_t now_ns);
  void EndIfDone();
  void Relieve();
  void TellLargest();

  // Constant after construction.
  const Hooks hooks_;
  const size_t number_;

  SessionLimits limits_;  // owned by the loop's thread once it runs
  const SessionContext context_;

  // Thread-safe by themselves.
  const std::shared_ptr<HeldTotal> held_;
  std::atomic<int64_t> open_{0};
  std::atomic<uint64_t> accepted_{0};
  GatewayCounters counters_;

  Poller poller_;

  // Owned by the loop's thread.
  uint64_t ticks_ = 0;
  std::vector<char> read_buffer_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> closed_;  // kept until they have returned
  std::deque<Lingering> lingering_;                  // by deadline
  BySize by_size_;                                   // those of connections_ that hold something
  int largest_told_ = 0;                             // the class that held_ knows
  size_t evicted_lingering_ = 0;
  size_t unseen_ = 0;
  bool stopping_ = false;
  bool done_ = false;
  int64_t give_up_ns_ = 0;
  bool gave_up_ = false;
  int64_t stop_deadline_ns_ = 0;
  uint64_t cut_off_ = 0;

  std::thread thread_;
};

}  // namespace proxyherd
