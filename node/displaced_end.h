// Closes the text port of a displaced node: another process of its name has taken over its links,
// so nothing may be acknowledged from then on.
#pragma once

#include <atomic>
#include <thread>

#include "base/mutex.h"
#include "gateway/server/tcp_server.h"
#include "server/log/logger.h"

namespace proxyherd::node {

// Begin is called at most once, by any thread, and not after Join; Join is called by the thread
// that stops the node; all else is thread-safe.
class DisplacedEnd {
 public:
  // `exits`: request a stop of the process once the text port is closed. References must outlive
  // this object.
  DisplacedEnd(gateway::TcpServer& gateway, server::Logger& logger, bool exits)
      : gateway_(gateway), logger_(logger), exits_(exits) {}
  ~DisplacedEnd() { Join(); }
  DisplacedEnd(const DisplacedEnd&) = delete;
  DisplacedEnd& operator=(const DisplacedEnd&) = delete;

  // Starts a thread that closes the text port in order, which takes seconds. REQUIRES: not called
  // before.
  void Begin();
  // Returns when the port is closed; immediately if Begin was not called.
  void Join();

  // See TcpServer::Reconfigure; does nothing once the port is being closed.
  void Reconfigure(const gateway::GatewayOptions& options);
  // Returns true if it has requested a stop of the process.
  bool exits() const { return asked_; }

 private:
  void Close();

  gateway::TcpServer& gateway_;
  server::Logger& logger_;
  const bool exits_;
  std::atomic<bool> asked_{false};
  Mutex mu_;  // orders a reload and the closing of the port
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace proxyherd::node
