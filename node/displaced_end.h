// How a displaced node leaves its clients: another process of its name has taken its links, so
// nothing may be acknowledged any more.
#pragma once

#include <atomic>
#include <thread>

#include "base/mutex.h"
#include "gateway/server/tcp_server.h"
#include "server/log/logger.h"

namespace proxyherd {

// Begin is called at most once, by any thread, and not after Join; Join by the thread that stops
// the node; the rest is thread-safe.
class DisplacedEnd {
 public:
  // `exits`: asks the process to stop once the text port is closed. References outlive it.
  DisplacedEnd(TcpServer& gateway, Logger& logger, bool exits)
      : gateway_(gateway), logger_(logger), exits_(exits) {}
  ~DisplacedEnd() { Join(); }
  DisplacedEnd(const DisplacedEnd&) = delete;
  DisplacedEnd& operator=(const DisplacedEnd&) = delete;

  // Closes the text port in order, which takes seconds, on a thread of its own.
  void Begin();
  // Returns when that has been done, at once if it has not begun.
  void Join();

  // See TcpServer::Reconfigure; nothing once the port is being closed.
  void Reconfigure(const GatewayOptions& options);
  // It has asked the process to stop.
  bool exits() const { return asked_; }

 private:
  void Close();

  TcpServer& gateway_;
  Logger& logger_;
  const bool exits_;
  std::atomic<bool> asked_{false};
  Mutex mu_;  // between a reload and the end of the port
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace proxyherd
