// HTTP requests and responses as plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/env.h"

namespace proxyherd::places {

// Always a POST.
struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Name: value", without line ends
  std::string body;
};

// A server that asks for a longer pause means "do not retry"; the retrying caller decides that.
inline constexpr int64_t kMaxRetryAfterNs = int64_t{24} * 3600 * kSecond;

struct HttpResponse {
  int status = 0;
  std::string body;
  int64_t retry_after_ns = 0;  // in [0, kMaxRetryAfterNs]; 0 if the server gave none
};

// How a transfer used the network, whether it succeeded or not.
struct TransferFacts {
  enum class Version { kNone, kHttp10, kHttp11, kHttp2, kHttp3 };  // kNone: no answer began
  enum class Connection { kNone, kNew, kReused };                  // kNone: no connection was made

  Version version = Version::kNone;
  Connection connection = Connection::kNone;
};

}  // namespace proxyherd::places
