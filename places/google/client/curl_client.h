// Sends HTTP requests with libcurl, many at a time, from one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "places/google/http.h"

namespace proxyherd {

// Thread-safe. Connections are kept and used again. HTTP/2 is used where TLS offers it, and then
// calls share one connection; one that the network has silently lost is noticed within
// Limits::dead_connection, so that it does not swallow call after call. No redirects are followed,
// and nothing but http and https is spoken. libcurl obeys https_proxy and no_proxy of the
// environment.
class CurlClient {
 public:
  struct Limits {
    // Transfers at once. Google allows 600 calls a minute by default: even at a second each this is
    // six times what the quota lets through.
    size_t max_in_flight = 64;
    // Bytes of an answer, unpacked. Twenty places with every field are about 300 KB; our own gRPC
    // takes messages of 4 MiB.
    size_t max_body_bytes = 2 << 20;
    // To reach the server and agree on TLS.
    std::chrono::milliseconds connect_timeout{3000};
    // How long sent bytes may stay unacknowledged by the server's machine. Several times what a
    // network needs to send lost packets again.
    std::chrono::milliseconds dead_connection{10'000};
    // A file of certificates (PEM) to trust instead of the system's; empty: the system's.
    std::string ca_file = {};
  };

  // Called once per Post, on the client's thread or, when refused at once, inside Post. It must not
  // block, and must not destroy the client. Errors: DEADLINE_EXCEEDED when the budget is over,
  // RESOURCE_EXHAUSTED above max_in_flight, CANCELLED when the client is destroyed, UNAVAILABLE for
  // everything else that kept a whole answer from coming. What was never sent, for being too many
  // or for want of memory, is marked as refused here (places/provider/refusal.h). An HTTP error is
  // an answer, even when its body is too large or cut off: then the body has what came of it.
  using Done = std::function<void(absl::StatusOr<HttpResponse>)>;

  // Called on the client's thread for each transfer that ended by itself, before its Done.
  using Observer = std::function<void(const TransferFacts&)>;

  CurlClient() : CurlClient(Limits()) {}
  explicit CurlClient(const Limits& limits, Observer observer = nullptr);
  // Ends what is under way.
  ~CurlClient();
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  // `budget`: from now to the last byte of the answer.
  void Post(HttpRequest request, std::chrono::nanoseconds budget, Done done);

 private:
  class Transfer;

  void Run();
  // Takes what was posted. False when it is time to stop.
  bool TakePosted(std::vector<std::unique_ptr<Transfer>>& posted);
  void Start(std::unique_ptr<Transfer> transfer);
  void FinishCompleted();
  void Finish(std::unique_ptr<Transfer> transfer, absl::StatusOr<HttpResponse> result);

  const Limits limits_;
  const Observer observer_;  // may be null
  void* const multi_;        // CURLM; of the thread's own, but for waking it up

  std::vector<std::unique_ptr<Transfer>> running_;  // of the thread's own

  absl::Mutex mu_;
  std::vector<std::unique_ptr<Transfer>> posted_ ABSL_GUARDED_BY(mu_);
  size_t in_flight_ ABSL_GUARDED_BY(mu_) = 0;  // posted or running
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;

  std::thread thread_;
};

}  // namespace proxyherd
