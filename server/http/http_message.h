// Requests and answers of the HTTP port, independent of the HTTP library.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace proxyherd::server {

// A request as received; its strings are untrusted bytes.
struct HttpCall {
  std::string path;           // as sent, without the query; not decoded
  std::string query;          // the part after the `?`
  std::string host;           // of the Host header
  std::string origin;         // of the Origin header; empty: not sent by a page, or by the port's
  std::string content_type;   // of the body
  std::string known_version;  // of If-None-Match
  std::string body;
};

struct HttpAnswer {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
  // Content-Security-Policy of a page. Empty: everything is forbidden.
  std::string policy = {};
  // ETag of the content, so that a browser need not fetch it twice. Empty if the content changes
  // and must not be cached.
  std::string version = {};
};

// Answers a request. Called at most once, on any thread; may outlive the server.
using HttpDone = std::function<void(HttpAnswer)>;

struct HttpRoute {
  std::string method;  // GET (which also answers HEAD) or POST
  std::string path;    // matched exactly
  // True if the handler may block; it then runs on a separate thread. Otherwise it is called on the
  // port's thread and must return immediately.
  bool may_wait = false;
  // True if requests are accepted only if IsTrustedHost and IsSameOrigin allow them, so that a
  // foreign page cannot make a browser send them.
  bool for_page = false;
  std::function<void(const HttpCall&, HttpDone)> handle;
};

// The routes of the port. Constant while the server runs.
class HttpRoutes {
 public:
  void Add(HttpRoute route) { routes_.push_back(std::move(route)); }

  // Returns nullptr if no route has this method and path.
  const HttpRoute* Find(std::string_view method, std::string_view path) const {
    if (method == "HEAD") method = "GET";
    for (const HttpRoute& route : routes_) {
      if (route.method == method && route.path == path) return &route;
    }
    return nullptr;
  }
  // Returns true if the path has a route, for any method.
  bool Has(std::string_view path) const {
    for (const HttpRoute& route : routes_) {
      if (route.path == path) return true;
    }
    return false;
  }

 private:
  std::vector<HttpRoute> routes_;
};

}  // namespace proxyherd::server
