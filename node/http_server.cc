// HTTP over civetweb.
#include "node/http_server.h"

#include <CivetServer.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <chrono>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "node/listen_address.h"

namespace proxyherd {
namespace {

// A scraper, a health check and a person at a time; more wait in the queue of the port.
constexpr char kThreads[] = "4";
// A request that is not read or answered in this time is given up.
constexpr char kRequestTimeoutMs[] = "10000";

// Between connections that make the server notice that it is to stop.
constexpr std::chrono::milliseconds kWakeInterval{10};

void Answer(mg_connection* connection, int code, const char* status, const char* type,
            const std::string& body) {
  mg_printf(connection,
            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n",
            code, status, type, body.size());
  mg_write(connection, body.data(), body.size());
}

// Answers GET requests for one exact path with what a function says.
class Handler : public CivetHandler {
 public:
  using Page = std::function<void(mg_connection*)>;
  Handler(std::string path, Page page) : path_(std::move(path)), page_(std::move(page)) {}

  bool handleGet(CivetServer* /*server*/, mg_connection* connection) override {
    if (path_ != mg_get_request_info(connection)->local_uri) {
      Answer(connection, 404, "Not Found", "text/plain; charset=utf-8", "not found\n");
    } else {
      page_(connection);
    }
    return true;
  }

 private:
  const std::string path_;
  const Page page_;
};

}  // namespace

struct HttpServer::Impl {
  explicit Impl(HttpOptions options_in) : options(std::move(options_in)) {}

  void Metrics(mg_connection* connection) const {
    std::vector<prometheus::MetricFamily> families;
    for (const prometheus::Collectable* collectable : options.collectables) {
      std::vector<prometheus::MetricFamily> some = collectable->Collect();
      families.insert(families.end(), std::make_move_iterator(some.begin()),
                      std::make_move_iterator(some.end()));
    }
    Answer(connection, 200, "OK", "text/plain; version=0.0.4; charset=utf-8",
           prometheus::TextSerializer().Serialize(families));
  }

  void Ready(mg_connection* connection) const {
    const std::string reason = options.not_ready_reason();
    if (reason.empty()) return Answer(connection, 200, "OK", "text/plain; charset=utf-8", "ok\n");
    Answer(connection, 503, "Service Unavailable", "text/plain; charset=utf-8", reason + "\n");
  }

  void Index(mg_connection* connection) const {
    Answer(connection, 200, "OK", "text/html; charset=utf-8",
           absl::StrCat("<!doctype html><title>", options.title, "</title><h1>", options.title,
                        "</h1><ul><li><a href=\"/metrics\">/metrics</a> for Prometheus"
                        "<li><a href=\"/healthz\">/healthz</a> alive"
                        "<li><a href=\"/readyz\">/readyz</a> ready</ul>\n"));
  }

  const HttpOptions options;
  std::vector<std::unique_ptr<Handler>> handlers;
  std::unique_ptr<CivetServer> server;  // last: its threads use the handlers
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

// civetweb looks whether it is to stop every two seconds, or when somebody connects.
HttpServer::~HttpServer() {
  std::atomic<bool> stopped{false};
  std::thread waker([&] {
    while (!stopped) {
      char error[64] = "";
      mg_connection* connection = mg_connect_client(impl_->options.address.c_str(),
                                                    impl_->options.port, 0, error, sizeof(error));
      if (connection != nullptr) mg_close_connection(connection);
      std::this_thread::sleep_for(kWakeInterval);
    }
  });
  impl_->server.reset();
  stopped = true;
  waker.join();
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(HttpOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  const Impl* const pages = impl.get();
  const std::string listen = HostPort(pages->options.address, pages->options.port);
  try {
    impl->server = std::make_unique<CivetServer>(std::vector<std::string>{
        "listening_ports", listen, "num_threads", kThreads, "request_timeout_ms", kRequestTimeoutMs,
        "enable_keep_alive", "no"});
  } catch (const CivetException&) {
    return absl::UnavailableError(
        absl::StrCat("HTTP port: cannot listen on ", listen, "; is it used by another process?"));
  }
  const auto add = [&](const std::string& path, Handler::Page page) {
    impl->handlers.push_back(std::make_unique<Handler>(path, std::move(page)));
    impl->server->addHandler(path, *impl->handlers.back());
  };
  add("/metrics", [pages](mg_connection* connection) { pages->Metrics(connection); });
  add("/healthz", [](mg_connection* connection) {
    Answer(connection, 200, "OK", "text/plain; charset=utf-8", "ok\n");
  });
  add("/readyz", [pages](mg_connection* connection) { pages->Ready(connection); });
  add("/", [pages](mg_connection* connection) { pages->Index(connection); });
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

}  // namespace proxyherd
