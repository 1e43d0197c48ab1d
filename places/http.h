// What goes to an HTTP server and comes back, as plain data.
#pragma once

#include <string>
#include <vector>

namespace proxyherd {

// Always a POST.
struct HttpRequest {
  std::string url;
  std::vector<std::string> headers;  // "Name: value", no line ends
  std::string body;
};

struct HttpResponse {
  int status = 0;
  std::string body;
};

}  // namespace proxyherd
