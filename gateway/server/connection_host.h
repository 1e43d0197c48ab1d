// What a connection needs of the event loop that it lives on.
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

namespace proxyherd {

class Connection;

// What the connections of one loop share, and what they tell it. Thread-safe where it says so; the
// rest is called on the loop's thread.
class ConnectionHost : public std::enable_shared_from_this<ConnectionHost> {
 public:
  // Room for some 900 pipelined commands; what one read returns at most.
  static constexpr size_t kReadBufferBytes = size_t{64} * 1024;

  // `backend` and `budget` outlive it.
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
  void Post(Poller::Task task) { poller_.Post(std::move(task)); }
  // Both thread-safe.
  const std::shared_ptr<HeldTotal>& held() const { return held_; }
  const GatewayCounters& counters() const { return counters_; }

  Poller& poller() { return poller_; }
  GatewayCounters& MutableCounters() { return counters_; }
  const SessionContext& context() const { return context_; }
  std::vector<char>& ReadBuffer() { return read_buffer_; }

  // The connection waits for its client to end.
  virtual void Linger(Connection& connection) = 0;
  // It lingers because it was evicted.
  virtual void CountEvicted(Connection& connection) = 0;
  // It is closed.
  virtual void Remove(Connection& connection) = 0;
  // So much is held by this connection now.
  virtual void Account(Connection& connection, size_t bytes) = 0;

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

 protected:
  void SetSessionLimits(const SessionLimits& limits) { limits_ = limits; }

 private:
  // Closes the largest connections until all together hold no more than they may, or until another
  // loop has the largest one.
  virtual void Relieve() = 0;

  SessionLimits limits_;  // owned by the loop's thread once it runs
  const SessionContext context_;

  // Thread-safe by themselves.
  const std::shared_ptr<HeldTotal> held_;
  GatewayCounters counters_;

  Poller poller_;

  // Owned by the loop's thread.
  std::vector<char> read_buffer_;
  size_t unseen_ = 0;
};

}  // namespace proxyherd
