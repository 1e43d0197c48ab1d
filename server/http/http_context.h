// The state that the connections of an HTTP port share: routes, limits, and their present use.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/counters.h"
#include "base/env.h"
#include "base/mutex.h"
#include "runtime/worker_threads.h"
#include "server/http/http_budget.h"
#include "server/http/http_message.h"
#include "server/http/viewers.h"

namespace proxyherd::server {

// Every limit that the port's callers can reach.
enum class HttpLimit : uint8_t {
  kConnections,   // closed immediately
  kRequestBytes,  // answered 431 or 413, then closed
  kRequestTime,   // closed
  kUntrusted,     // request of a foreign page; answered 403
  kViewers,       // answered 503
  kAnswerBytes,   // likewise
};
inline constexpr int kHttpLimits = 6;
std::string_view NameOf(HttpLimit limit);

// The first is room for a request line, some headers, and a few cookies of other servers on the
// same host; the second, for a line of the console.
inline constexpr uint32_t kMaxHttpHeadBytes = 16 * 1024;
inline constexpr uint64_t kMaxHttpBodyBytes = uint64_t{8} * 1024;
// Time within which a request must arrive completely, an answer must be read, and the next request
// must begin.
inline constexpr int64_t kHttpTimeoutNs = 10 * kSecond;

// Posts answers to the port's thread while it exists: handlers may outlive the server. Thread-safe.
class HttpReturn {
 public:
  explicit HttpReturn(boost::asio::io_context& io) : io_(&io) {}

  // Runs the task on the port's thread, or drops it after Close.
  void Post(std::function<void()> task);
  // Drops all later tasks.
  void Close();

 private:
  Mutex mu_;
  boost::asio::io_context* io_ ABSL_GUARDED_BY(mu_);
};

// Owned by the port's thread, unless stated otherwise. Connections that still exist after the
// port's thread has ended use only its shared_ptr members.
struct HttpContext {
  HttpRoutes routes;
  std::string host;  // name of this process in the herd file
  Viewers* viewers = nullptr;
  std::shared_ptr<HttpReturn> back;
  runtime::WorkerThreads* waiting = nullptr;  // runs handlers that may block
  HttpBudget budget;

  std::array<Counter, kHttpLimits> limit_hits;  // written by the port's thread
  const std::shared_ptr<std::atomic<size_t>> connections = std::make_shared<std::atomic<size_t>>(0);
  // Bytes of the answers being written. Accessed only by the port's thread.
  const std::shared_ptr<size_t> answer_bytes = std::make_shared<size_t>(0);

  void Hit(HttpLimit limit) { limit_hits[static_cast<size_t>(limit)].Add(); }
};

// Counts a connection while it exists.
class HttpSlot {
 public:
  explicit HttpSlot(const HttpContext& context) : connections_(context.connections) {
    ++*connections_;
  }
  ~HttpSlot() {
    if (connections_ != nullptr) --*connections_;
  }
  HttpSlot(HttpSlot&& other) noexcept = default;
  HttpSlot& operator=(HttpSlot&&) = delete;

 private:
  std::shared_ptr<std::atomic<size_t>> connections_;
};

// Counts the bytes of an answer until they are written.
class AnswerBytes {
 public:
  AnswerBytes() = default;
  AnswerBytes(const HttpContext& context, size_t bytes)
      : total_(context.answer_bytes), bytes_(bytes) {
    *total_ += bytes_;
  }
  ~AnswerBytes() { Release(); }
  AnswerBytes(const AnswerBytes&) = delete;
  AnswerBytes& operator=(AnswerBytes&& other) noexcept {
    Release();
    total_ = std::move(other.total_);
    bytes_ = other.bytes_;
    return *this;
  }

 private:
  void Release() {
    if (total_ != nullptr) *total_ -= bytes_;
    total_ = nullptr;
  }

  std::shared_ptr<size_t> total_;
  size_t bytes_ = 0;
};

}  // namespace proxyherd::server
