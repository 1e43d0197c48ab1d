// Sends HTTP requests with libcurl, many at a time, from one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "base/env.h"
#include "base/mutex.h"
#include "places/google/http.h"

namespace proxyherd::places {

// Thread-safe. Connections are reused. HTTP/2 is used if the server offers it over TLS; calls then
// share one connection. A connection that breaks silently is detected within
// Limits::dead_connection_ns, so that it does not swallow call after call. Redirects are not
// followed, and only http and https are allowed. libcurl honours https_proxy and no_proxy of the
// environment.
class CurlClient {
 public:
  struct Limits {
    // Maximum transfers in flight. Google allows 600 calls a minute by default: if each takes a
    // second, this is six times that quota.
    size_t max_in_flight = 64;
    // Maximum size of an answer, decompressed. Twenty places with every field take about 300 KB;
    // our own gRPC accepts messages of up to 4 MiB.
    size_t max_body_bytes = 2 << 20;
    // Time to reach the server and finish the TLS handshake.
    int64_t connect_timeout_ns = 3 * kSecond;
    // How long the server's machine may leave sent bytes unacknowledged. Several times what a
    // network needs to retransmit lost packets.
    int64_t dead_connection_ns = 10 * kSecond;
    // A file of certificates (PEM) to trust. If empty, the system's are trusted.
    std::string ca_file = {};
  };

  // Called once per Post, on the client's thread or, if the request is refused immediately, inside
  // Post. It must not block, and must not destroy the client. Errors: DEADLINE_EXCEEDED if the
  // budget is used up, RESOURCE_EXHAUSTED above max_in_flight, CANCELLED if the client is
  // destroyed, UNAVAILABLE for everything else that prevented a complete answer. Requests that were
  // never sent, because there were too many or memory was lacking, are marked as refused here
  // (places/provider/refusal.h). An HTTP error is an answer even if its body is too large or
  // truncated; the body then contains what was received.
  using Done = std::function<void(absl::StatusOr<HttpResponse>)>;

  // Called on the client's thread for each transfer that curl has finished, before its Done.
  using Observer = std::function<void(const TransferFacts&)>;

  CurlClient() : CurlClient(Limits()) {}
  explicit CurlClient(const Limits& limits, Observer observer = nullptr);
  // Cancels the transfers in progress.
  ~CurlClient();
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  // `budget_ns` is the time from now to the last byte of the answer.
  void Post(HttpRequest request, int64_t budget_ns, Done done);

 private:
  class Transfer;

  void Run();
  // Moves the posted requests to `posted`. Returns false if the thread must stop.
  bool TakePosted(std::vector<std::unique_ptr<Transfer>>& posted);
  void Start(std::unique_ptr<Transfer> transfer);
  void FinishCompleted();
  void Finish(std::unique_ptr<Transfer> transfer, absl::StatusOr<HttpResponse> result);

  const Limits limits_;
  const Observer observer_;  // may be null
  void* const multi_;        // CURLM; accessed only by the thread, except to wake it up

  std::vector<std::unique_ptr<Transfer>> running_;  // accessed only by the thread

  Mutex mu_;
  std::vector<std::unique_ptr<Transfer>> posted_ ABSL_GUARDED_BY(mu_);
  size_t in_flight_ ABSL_GUARDED_BY(mu_) = 0;  // posted or running
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::thread thread_;
};

}  // namespace proxyherd::places
