// The HTTP port of a process: /metrics for Prometheus, /healthz and /readyz for whoever runs it,
// and a page: the one of a node that people look at, or one that names these three.
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

namespace proxyherd {

struct HttpOptions {
  std::string address;  // to listen on
  uint16_t port = 0;
  std::string host;   // by which others know this process
  std::string title;  // of the page that is there when `routes` has none
  // Why the process is not ready; empty when it is. Thread-safe.
  std::function<std::string()> not_ready_reason;
  std::vector<const prometheus::Collectable*> collectables;  // outlive the server
  HttpRoutes routes;                                         // of the page
  // Who looks at the page; nullptr: nobody can. Outlives the server.
  Viewers* viewers = nullptr;
  // That the port may use, from which its limits are derived, see HttpBudget. 0: not known.
  uint64_t memory_bytes = 0;
  // Of all answers that callers have not taken. 0: derived, too.
  size_t max_answer_bytes = 0;
};

class HttpServer {
 public:
  // UNAVAILABLE, with the address, when it cannot listen.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(HttpOptions options);
  // Closes all connections; returns when no request is under way any more.
  ~HttpServer();

  // The port is not given back before the process has ended: from the server's end on it takes
  // connections and answers none. So whoever is refused there knows that the process is gone.
  void KeepPort();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace proxyherd
