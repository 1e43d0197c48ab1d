// What the HTTP port takes and gives, free of the library that reads and writes it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace proxyherd {

// A request as it came in; any bytes of anybody's.
struct HttpCall {
  std::string path;           // as it was sent, without the query: nothing is decoded
  std::string query;          // what stands after the `?`
  std::string host;           // of the Host header
  std::string origin;         // of the Origin header; empty: no page of a browser asks, or its own
  std::string content_type;   // of the body
  std::string known_version;  // of If-None-Match
  std::string body;
};

struct HttpAnswer {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
  // What browsers may do with a page. Empty: nothing at all.
  std::string policy = {};
  // Names this version of what is asked for, so that a browser need not take it twice. Empty: it
  // is different each time, and kept by nobody.
  std::string version = {};
};

// Answers a request, once, from any thread; may outlive the server.
using HttpDone = std::function<void(HttpAnswer)>;

struct HttpRoute {
  std::string method;  // GET (which answers HEAD, too) or POST
  std::string path;    // exactly
  // Whether the handler may wait for others; then it runs on a thread for that. Otherwise it is
  // called by the thread of the port, and is to return at once.
  bool may_wait = false;
  // Whether only those may ask who know the node by its own name or a number: no page of a
  // stranger that makes a browser ask here.
  bool for_page = false;
  std::function<void(const HttpCall&, HttpDone)> handle;
};

// What the port looks up for each request. Constant once the server runs.
class HttpRoutes {
 public:
  void Add(HttpRoute route) { routes_.push_back(std::move(route)); }

  // nullptr when there is none for this method and path.
  const HttpRoute* Find(std::string_view method, std::string_view path) const {
    if (method == "HEAD") method = "GET";
    for (const HttpRoute& route : routes_) {
      if (route.method == method && route.path == path) return &route;
    }
    return nullptr;
  }
  // Whether the path is there, for another method perhaps.
  bool Has(std::string_view path) const {
    for (const HttpRoute& route : routes_) {
      if (route.path == path) return true;
    }
    return false;
  }

 private:
  std::vector<HttpRoute> routes_;
};

}  // namespace proxyherd
