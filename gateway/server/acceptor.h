// Accepts connections and distributes them over the loops.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/server/event_loop.h"
#include "net/spare_descriptor.h"

namespace proxyherd::gateway {

// The first loop has one listening socket for all. One socket per loop, with SO_REUSEPORT, would
// let two nodes share a port unnoticed. Each connection goes to the loop with the fewest.
//
// At a limit, accept() is paused and resumes by itself: no connection is accepted only to be closed
// (except above the limit per address, which is meant to close them). Runs on the first loop's
// thread.
class Acceptor final : private net::Poller::Watcher {
 public:
  // `max_per_address`: 0 means no limit. `loops` outlive this object.
  Acceptor(std::vector<std::shared_ptr<EventLoop>> loops, int64_t max_connections,
           int64_t max_per_address);

  // Call it before the loops run; no connection is accepted until they do. See TcpServer::Listen
  // for the errors.
  absl::Status Listen(const std::string& address, uint16_t port);
  uint16_t port() const { return port_; }

  void Start();
  // Resumes accepting if possible. Called at each tick.
  void Resume();
  // The first loop must tick while this is true.
  bool Paused() const { return paused_; }
  // Open connections, of all loops.
  int64_t Connections() const;
  // Changes the limit on connections; open connections stay.
  void SetMaxConnections(int64_t connections) { max_connections_ = connections; }
  // First step of stopping: ignores new handshakes, and accepts connections that wait in the
  // backlog or are in the middle of their handshake, even beyond the limit on connections.
  void TakeLast();
  // Second step: accepts the connections completed meanwhile and closes the port; the system
  // refuses later ones.
  void Close();
  // Replaces both steps if the loops have never run: closes the port, which resets connections in
  // the backlog.
  void Abandon() { socket_.Reset(); }
  // Subtracts a closed connection from those of its address. Thread-safe.
  void Forget(const net::ClientAddress& address);

 private:
  void OnReady(uint32_t events) override;
  bool AcceptOne();
  void Pause();
  bool MayConnect(const net::ClientAddress& address);
  EventLoop& LeastLoaded();

  // Constant after construction, the port after Listen.
  const std::vector<std::shared_ptr<EventLoop>> loops_;
  const int64_t max_per_address_;
  uint16_t port_ = 0;

  // Owned by the first loop's thread.
  int64_t max_connections_;
  net::Descriptor socket_;
  net::SpareDescriptor spare_;
  bool paused_ = false;
  bool closing_ = false;
  size_t next_loop_ = 0;
  std::map<net::ClientAddress, int64_t> per_address_;  // empty without a limit
};

}  // namespace proxyherd::gateway
