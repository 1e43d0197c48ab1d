// The HTTP port of a process: /metrics for Prometheus, /healthz and /readyz for supervisors, and a
// page: the live page of a node, or one that links to these three.
#pragma once

#include <prometheus/collectable.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/env.h"
#include "server/http/http_message.h"
#include "server/http/viewers.h"

namespace proxyherd::server {

struct HttpOptions {
  std::string address;  // to listen on
  uint16_t port = 0;
  std::string host;   // name of this process in the herd file
  std::string title;  // of the default page, shown if `routes` has none
  // Returns why the process is not ready; empty if it is. Must be thread-safe.
  std::function<std::string()> not_ready_reason;
  std::vector<const prometheus::Collectable*> collectables;  // must outlive the server
  HttpRoutes routes;                                         // of the page
  // The viewers of the page; nullptr if it has no live view. Must outlive the server.
  Viewers* viewers = nullptr;
  // Memory that the port may use, from which its limits are derived, see HttpBudget. 0: unknown.
  uint64_t memory_bytes = 0;
  // Maximum bytes of all answers that are not written yet. 0: derived from memory_bytes.
  size_t max_answer_bytes = 0;
};

class HttpServer {
 public:
  // Starts the port's thread. UNAVAILABLE, with the address, if it cannot listen.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(HttpOptions options);
  // Closes all connections, and waits until no request is in progress.
  ~HttpServer();

  // Keeps the port bound until the process has ended: after the server's destruction connections
  // are accepted but not answered. So a refused connection proves that the process has ended.
  void KeepPort();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd::server
