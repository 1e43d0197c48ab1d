// One thread that serves its share of the connections.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/session.h"

namespace proxyherd {

class Connection;

// Bound to its loop at compile time: leaner than a socket of any executor.
using LoopSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

// A connection stays on the loop that adopted it, so that sessions need no locks. Thread-safe where
// it says so; the rest is called on the loop's own thread.
class EventLoop : public std::enable_shared_from_this<EventLoop> {
 public:
  struct Hooks {
    // About four times a second.
    std::function<void()> on_tick;
    // A connection from this address is gone.
    std::function<void(const asio::ip::address&)> on_closed;
  };

  // `backend`, `limits` and `budget` outlive the loop's thread.
  EventLoop(const Backend& backend, const SessionLimits& limits, TrafficBudget& budget,
            Hooks hooks);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Starts the thread.
  void Start();

  // Takes a connection. Thread-safe. REQUIRES: the socket was accepted into io().
  void Adopt(LoopSocket socket, const asio::ip::address& address);

  // Lets every session end, and the thread with the last of them, at `deadline_ns` by force.
  // Thread-safe.
  void BeginStop(int64_t deadline_ns);
  void Join();

  // Thread-safe.
  asio::io_context& io() { return io_; }
  int64_t Open() const { return open_.load(std::memory_order_relaxed); }
  uint64_t Accepted() const { return accepted_.load(std::memory_order_relaxed); }
  const GatewayCounters& counters() const { return counters_; }

  // For connections and for work on this loop.
  GatewayCounters& MutableCounters() { return counters_; }
  const SessionContext& context() const { return context_; }
  std::vector<char>& ReadBuffer() { return read_buffer_; }
  void Linger(std::weak_ptr<Connection> connection);
  void Remove(Connection& connection);

 private:
  struct Lingering {
    int64_t deadline_ns;
    std::weak_ptr<Connection> connection;
  };

  void ArmTick();
  void OnTick();
  void Sweep(int64_t now_ns);
  void EndIfDone();

  // Constant after construction.
  const Hooks hooks_;
  const SessionContext context_;

  // Thread-safe by themselves.
  std::atomic<int64_t> open_{0};
  std::atomic<uint64_t> accepted_{0};
  GatewayCounters counters_;

  // Owned by the loop's thread. The connections go before the io_context that their sockets use.
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::steady_timer tick_timer_{io_};
  uint64_t ticks_ = 0;
  std::vector<char> read_buffer_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::deque<Lingering> lingering_;  // by deadline
  bool stopping_ = false;
  int64_t stop_deadline_ns_ = 0;

  std::thread thread_;
};

}  // namespace proxyherd
