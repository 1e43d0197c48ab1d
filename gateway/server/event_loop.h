// A thread that serves its share of the connections.
#pragma once

#include <atomic>
#include <cassert>
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
#include "gateway/server/connection.h"
#include "gateway/server/connection_host.h"
#include "net/descriptor.h"
#include "net/socket_address.h"

namespace proxyherd::gateway {

// A connection stays on the loop that adopted it, so that sessions need no locks. Functions that
// are not marked thread-safe are called on the loop's thread, or before it starts.
class EventLoop : public ConnectionHost {
 public:
  struct Hooks {
    // Called about four times a second while the loop ticks; returns true if it must continue to.
    std::function<bool()> on_tick;
    // Called when a connection from this address is closed.
    std::function<void(const net::ClientAddress&)> on_closed;
    // Called when all connections together hold too much and that loop has the largest one. Called
    // on any loop's thread.
    std::function<void(size_t loop)> wake;
  };

  // `backend` and `budget` outlive the loop's thread. `number`: the loop's number within `held`.
  EventLoop(const Backend& backend, const SessionLimits& limits, TrafficBudget& budget,
            std::shared_ptr<HeldTotal> held, size_t number, Hooks hooks);
  ~EventLoop() override;

  // RESOURCE_EXHAUSTED if the system has no descriptors left. Called before all other functions.
  absl::Status Open();
  // Starts the thread.
  void Start();

  // Begins to tick, until nothing of this loop waits for a time and on_tick agrees: an idle loop
  // sleeps. Called on the loop's thread.
  void StartTicks();

  // Adds a connection, whose socket must be non-blocking. Thread-safe.
  void Adopt(net::Descriptor socket, const net::ClientAddress& address);

  // Ends every session, and then the thread. At `give_up_ns` sessions stop waiting; at
  // `deadline_ns` they are closed forcibly. Thread-safe.
  void BeginStop(int64_t give_up_ns, int64_t deadline_ns);
  void Join();
  // The number of connections that were closed forcibly before the client had taken all replies.
  // REQUIRES: joined.
  uint64_t CutOff() const {
    assert(!thread_.joinable());
    return cut_off_;
  }

  // Changes the limits, also for existing connections; SessionLimits says which may change.
  // Thread-safe.
  void SetLimits(const SessionLimits& limits);

  // Thread-safe.
  int64_t Connections() const { return open_.load(std::memory_order_relaxed); }
  uint64_t Accepted() const { return accepted_.load(std::memory_order_relaxed); }

 private:
  struct Lingering {
    int64_t deadline_ns;
    std::weak_ptr<Connection> connection;
  };

  void Linger(Connection& connection) override;
  void CountEvicted(Connection& connection) override;
  void Remove(Connection& connection) override;
  void Account(Connection& connection, size_t bytes) override;
  void EvictLargest() override;

  void OnTick();
  void Sweep(int64_t now_ns);
  void EndLingering(int64_t now_ns);
  void EnforceStop(int64_t now_ns);
  void EndIfDone();
  void PublishLargest();

  // Constant after construction.
  const Hooks hooks_;
  const size_t number_;

  // Thread-safe on their own.
  std::atomic<int64_t> open_{0};
  std::atomic<uint64_t> accepted_{0};

  // Owned by the loop's thread.
  bool ticking_ = false;
  uint64_t ticks_ = 0;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> closed_;  // kept until their functions have returned
  std::deque<Lingering> lingering_;                  // ordered by deadline
  BySize by_size_;                                   // the connections that hold memory
  int published_largest_ = 0;                        // the class last reported to held_
  size_t evicted_lingering_ = 0;
  bool stopping_ = false;
  bool done_ = false;
  int64_t give_up_ns_ = 0;
  bool gave_up_ = false;
  int64_t stop_deadline_ns_ = 0;
  uint64_t cut_off_ = 0;

  std::thread thread_;
};

}  // namespace proxyherd::gateway
