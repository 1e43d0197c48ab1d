#include "server/http/http_server.h"

#include <fcntl.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"
#include "net/host_port.h"
#include "server/http/boost_time.h"
#include "server/http/http_budget.h"
#include "server/http/http_connection.h"
#include "server/http/http_context.h"
#include "server/http/http_metrics.h"

namespace proxyherd::server {
namespace {

using boost::asio::socket_base;
using boost::asio::ip::tcp;

// Maximum threads for handlers that may wait, e.g. for the links thread or for ten thousand metric
// children: one each for a scraper, a health check and a person.
constexpr size_t kWaitingThreads = 3;

// Pause of accept() after an error, e.g. because no descriptor was free.
constexpr int64_t kAcceptPauseNs = 100 * kMillisecond;

uint64_t Descriptors() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

struct HttpServer::Impl {
  explicit Impl(HttpOptions options_in) : options(std::move(options_in)), metrics(context) {
    context.routes = std::move(options.routes);
    context.host = options.host;
    context.viewers = options.viewers;
    context.back = std::make_shared<HttpReturn>(io);
    context.waiting = &waiting;
    context.budget = MakeHttpBudget(Descriptors(), options.memory_bytes);
    if (options.max_answer_bytes != 0) context.budget.answer_bytes = options.max_answer_bytes;
  }

  HttpAnswer Metrics() const {
    std::vector<prometheus::MetricFamily> families = metrics.Collect();
    for (const prometheus::Collectable* collectable : options.collectables) {
      std::vector<prometheus::MetricFamily> some = collectable->Collect();
      families.insert(families.end(), std::make_move_iterator(some.begin()),
                      std::make_move_iterator(some.end()));
    }
    return {200, prometheus::TextSerializer().Serialize(families),
            "text/plain; version=0.0.4; charset=utf-8"};
  }

  HttpAnswer Ready() const {
    const std::string reason = options.not_ready_reason();
    if (reason.empty()) return {200, "ok\n"};
    return {503, reason + "\n"};
  }

  HttpAnswer Index() const {
    return {200,
            absl::StrCat("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>",
                         options.title, "</title><h1>", options.title,
                         "</h1><ul><li><a href=\"/metrics\">/metrics</a> for Prometheus"
                         "<li><a href=\"/healthz\">/healthz</a> alive"
                         "<li><a href=\"/readyz\">/readyz</a> ready</ul>\n"),
            "text/html; charset=utf-8"};
  }

  void AddRoutes() {
    HttpRoutes& routes = context.routes;
    routes.Add({"GET", "/metrics", true, false,
                [this](const HttpCall&, const HttpDone& done) { done(Metrics()); }});
    routes.Add({"GET", "/readyz", true, false,
                [this](const HttpCall&, const HttpDone& done) { done(Ready()); }});
    routes.Add({"GET", "/healthz", false, false, [](const HttpCall&, const HttpDone& done) {
                  done({200, "ok\n"});
                }});
    if (routes.Has("/")) return;
    routes.Add({"GET", "/", false, false,
                [this](const HttpCall&, const HttpDone& done) { done(Index()); }});
  }

  boost::system::error_code Listen() {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(options.address, error);
    if (error) return error;
    const tcp::endpoint endpoint(address, options.port);
    // As on the other ports, connections of an earlier process must not block the address.
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    // Accepted sockets inherit both buffer sizes.
    if (!error) acceptor.set_option(socket_base::send_buffer_size(kHttpSendBufferBytes), error);
    if (!error) {
      acceptor.set_option(socket_base::receive_buffer_size(kHttpReceiveBufferBytes), error);
    }
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    return error;
  }

  void Accept() {
    acceptor.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
      if (!error) {
        ServeHttp(context, std::move(socket));
        return Accept();
      }
      pause.expires_after(BoostTime(kAcceptPauseNs));
      pause.async_wait([this](const boost::system::error_code& stopped) {
        if (!stopped) Accept();
      });
    });
  }

  HttpOptions options;
  runtime::WorkerThreads waiting{kWaitingThreads};
  HttpContext context;
  const HttpMetrics metrics;
  // Its destruction closes the connections, which use the members declared before it.
  boost::asio::io_context io{1};
  tcp::acceptor acceptor{io};
  boost::asio::steady_timer pause{io};
  std::thread thread;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  impl_->waiting.Join();
  impl_->context.back->Close();
  if (impl_->options.viewers != nullptr) impl_->options.viewers->Clear();
}

void HttpServer::KeepPort() {
  // Opens a second descriptor of the same socket, which stays open until the process ends.
  static_cast<void>(fcntl(impl_->acceptor.native_handle(), F_DUPFD_CLOEXEC, 0));
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(HttpOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  Impl* const started = impl.get();
  auto server = std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
  if (const boost::system::error_code error = started->Listen(); error) {
    return absl::UnavailableError(
        absl::StrCat("HTTP port: cannot listen on ",
                     net::JoinHostPort(started->options.address, started->options.port), ": ",
                     error.message(), "; is it used by another process?"));
  }
  started->AddRoutes();
  started->Accept();
  started->thread = std::thread([started] { started->io.run(); });
  return server;
}

}  // namespace proxyherd::server
