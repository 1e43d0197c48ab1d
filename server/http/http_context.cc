#include "server/http/http_context.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace proxyherd::server {

void HttpReturn::Post(std::function<void()> task) {
  MutexLock lock(&mu_);
  if (io_ != nullptr) boost::asio::post(*io_, std::move(task));
}

void HttpReturn::Close() {
  MutexLock lock(&mu_);
  io_ = nullptr;
}

std::string_view NameOf(HttpLimit limit) {
  constexpr std::string_view kNames[kHttpLimits] = {"connections", "request_bytes", "request_time",
                                                    "untrusted",   "viewers",       "answer_bytes"};
  return kNames[static_cast<size_t>(limit)];
}

}  // namespace proxyherd::server
