// What goes to an HTTP server and comes back, as plain data.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace proxyherd {

// Always a POST.
struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Name: value", no line ends
  std::string body;
};

// A server that wants to be left alone for longer means "do not come back"; who retries decides.
inline constexpr std::chrono::seconds kMaxRetryAfter = std::chrono::hours(24);

struct HttpResponse {
  int status = 0;
  std::string body;
  std::chrono::seconds retry_after{0};  // in [0, kMaxRetryAfter]; 0: the server did not say
};

// How a transfer went on the wire, whatever came of it.
struct TransferFacts {
  enum class Version { kNone, kHttp10, kHttp11, kHttp2, kHttp3 };  // kNone: no answer began
  enum class Connection { kNone, kNew, kReused };                  // kNone: none came about

  Version version = Version::kNone;
  Connection connection = Connection::kNone;
};

}  // namespace proxyherd
