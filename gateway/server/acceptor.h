// Accepts connections and spreads them over the loops.
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

namespace proxyherd {

// One listening socket for all loops, on the first of them, rather than one for each by
// SO_REUSEPORT: with that, two nodes could share a port without a word. Each connection goes to the
// loop with the fewest.
//
// At a limit accepting pauses and resumes by itself: nothing is accepted only to be thrown away
// (but for the limit per address, which is there to do so). Runs on the first loop's thread.
class Acceptor final : private Poller::Watcher {
 public:
  // `max_per_address`: 0: no limit. `loops` outlive it.
  Acceptor(std::vector<std::shared_ptr<EventLoop>> loops, int64_t max_connections,
           int64_t max_per_address);

  // Called before the loops run, until which nobody is accepted. See TcpServer::Listen for the
  // errors.
  absl::Status Listen(const std::string& address, uint16_t port);
  uint16_t port() const { return port_; }

  void Start();
  // Looks whether accepting can go on. Called at each tick.
  void Resume();
  // More connections, or fewer: those that are open stay.
  void SetMaxConnections(int64_t connections) { max_connections_ = connections; }
  // First step of the end: who connects from now on is not answered, who is waiting or in the midst
  // of it is taken in, whatever the limit on connections.
  void TakeLast();
  // Second step: takes in who has come meanwhile, and gives the port back; who connects from now on
  // is refused by the system.
  void Close();
  // Instead of both, while the loops do not run: gives the port back; connections that wait there
  // are refused.
  void Abandon() { socket_.Reset(); }
  // A connection from this address is gone. Thread-safe.
  void Forget(const ClientAddress& address);

 private:
  void OnReady(uint32_t events) override;
  bool AcceptOne();
  void Pause();
  bool MayConnect(const ClientAddress& address);
  int64_t Connections() const;
  EventLoop& LeastLoaded();

  // Constant after construction, the port after Listen.
  const std::vector<std::shared_ptr<EventLoop>> loops_;
  const int64_t max_per_address_;
  uint16_t port_ = 0;

  // Owned by the first loop's thread.
  int64_t max_connections_;
  Descriptor socket_;
  SpareDescriptor spare_;
  bool paused_ = false;
  bool closing_ = false;
  size_t next_loop_ = 0;
  std::map<ClientAddress, int64_t> per_address_;  // empty without a limit
};

}  // namespace proxyherd
