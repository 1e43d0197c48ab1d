// Closes the text port of a displaced node, which must not acknowledge reports any more because
// another process with its name has taken over its links.
#pragma once

#include <atomic>
#include <thread>

#include "base/mutex.h"
#include "gateway/server/tcp_server.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Begin may be called once, by any thread, but not after Join. Join is called by the thread that
// stops the node. All other functions are thread-safe.
class DisplacedEnd {
 public:
  // `exits`: request a stop of the process once the text port is closed. References must outlive
  // this object.
  DisplacedEnd(gateway::TcpServer& gateway, server::Logger& logger, bool exits)
      : gateway_(gateway), logger_(logger), exits_(exits) {}
  ~DisplacedEnd() { Join(); }
  DisplacedEnd(const DisplacedEnd&) = delete;
  DisplacedEnd& operator=(const DisplacedEnd&) = delete;

  // Starts a thread that closes the text port in order, which takes seconds. REQUIRES: first call.
  void Begin();
  // Returns when the port is closed, or immediately if Begin was not called.
  void Join();

  // See TcpServer::Reconfigure. Has no effect once Begin has started to close the port.
  void Reconfigure(const gateway::GatewayOptions& options);
  // Returns true if this object has requested a stop of the process.
  bool exits() const { return asked_; }

 private:
  void Close();

  gateway::TcpServer& gateway_;
  server::Logger& logger_;
  const bool exits_;
  std::atomic<bool> asked_{false};
  Mutex mu_;  // keeps a reload and the closing of the port apart
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace proxyherd::node
