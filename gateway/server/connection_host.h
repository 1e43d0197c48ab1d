// The interface through which connections use their event loop.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/limits/held_total.h"
#include "gateway/limits/session_limits.h"
#include "gateway/session/counters.h"
#include "gateway/session/session_context.h"
#include "net/poller.h"

namespace proxyherd::gateway {

class Connection;

// Holds the state that the connections of one loop share, and takes their reports to the loop.
// Functions that are not marked thread-safe are called on the loop's thread.
class ConnectionHost : public std::enable_shared_from_this<ConnectionHost> {
 public:
  // The most bytes that one read returns: about 900 pipelined commands.
  static constexpr size_t kReadBufferBytes = size_t{64} * 1024;

  // `backend` and `budget` outlive this object.
  ConnectionHost(const Backend& backend, const SessionLimits& limits, TrafficBudget& budget,
                 std::shared_ptr<HeldTotal> held)
      : limits_(limits),
        context_{backend, limits_, budget, counters_},
        held_(std::move(held)),
        read_buffer_(kReadBufferBytes) {}
  virtual ~ConnectionHost() = default;
  ConnectionHost(const ConnectionHost&) = delete;
  ConnectionHost& operator=(const ConnectionHost&) = delete;

  // Runs a task on the loop's thread. Thread-safe.
  void Post(net::Poller::Task task) { poller_.Post(std::move(task)); }
  // Both thread-safe.
  const std::shared_ptr<HeldTotal>& held() const { return held_; }
  const GatewayCounters& counters() const { return counters_; }

  net::Poller& poller() { return poller_; }
  GatewayCounters& MutableCounters() { return counters_; }
  const SessionContext& context() const { return context_; }
  std::vector<char>& ReadBuffer() { return read_buffer_; }

  // Called when the connection begins to wait for its client to close.
  virtual void Linger(Connection& connection) = 0;
  // Called when the connection lingers because it was evicted.
  virtual void CountEvicted(Connection& connection) = 0;
  // Called when the connection is closed.
  virtual void Remove(Connection& connection) = 0;
  // Sets the bytes that the connection holds.
  virtual void Account(Connection& connection, size_t bytes) = 0;

  // Add to or subtract from the loop's unseen bytes; see InFlight.
  void AddUnseen(size_t bytes) { unseen_ += bytes; }
  void TakeUnseen(size_t bytes) { unseen_ -= bytes; }
  // Returns true if the unseen bytes of this loop's connections justify querying the system.
  bool MuchUnseen() const { return unseen_ > held_->UnseenPerLoop(); }
  // Returns true if all connections together hold too much, so that no more may be read.
  bool HoldsTooMuch() const { return held_->Full(); }
  // Returns true if memory that only makes a connection faster may be used: half of the total must
  // stay free.
  bool HasRoomFor(size_t bytes) const { return held_->Bytes() + bytes <= held_->max_bytes() / 2; }
  // Closes the largest connections of all loops while together they hold too much. Must not be
  // called in Watcher::OnReady, which may close only its own socket; see Poller.
  void KeepWithinBound() {
    if (held_->Over()) EvictLargest();
  }

 protected:
  void SetSessionLimits(const SessionLimits& limits) { limits_ = limits; }

 private:
  // Closes the largest connections until all together are within their bound, or until another loop
  // has the largest one.
  virtual void EvictLargest() = 0;

  SessionLimits limits_;  // owned by the loop's thread once it runs
  const SessionContext context_;

  // Thread-safe on their own.
  const std::shared_ptr<HeldTotal> held_;
  GatewayCounters counters_;

  net::Poller poller_;

  // Owned by the loop's thread.
  std::vector<char> read_buffer_;
  size_t unseen_ = 0;
};

}  // namespace proxyherd::gateway
