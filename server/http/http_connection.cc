// HTTP over Boost.Beast: reads a request, finds its route, writes the answer, and repeats.
#include "server/http/http_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <optional>
#include <utility>

#include "server/http/boost_time.h"
#include "server/http/http_rules.h"
#include "server/http/viewer_connection.h"

namespace proxyherd::server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr char kLivePath[] = "/live";

std::string Text(beast::string_view text) { return {text.data(), text.size()}; }

// Copies the parts of a request that handlers and rules use.
HttpCall ToPlain(Request& request) {
  HttpCall plain;
  const std::string target = Text(request.target());
  const size_t mark = target.find('?');
  plain.path = target.substr(0, mark);
  if (mark != std::string::npos) plain.query = target.substr(mark + 1);
  plain.host = Text(request[http::field::host]);
  plain.origin = Text(request[http::field::origin]);
  plain.content_type = Text(request[http::field::content_type]);
  plain.known_version = Text(request[http::field::if_none_match]);
  plain.body = std::move(request.body());
  return plain;
}

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(HttpContext& context, boost::asio::ip::tcp::socket socket)
      : context_(context), slot_(context), stream_(std::move(socket)) {}

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMaxHttpHeadBytes);
    parser_->body_limit(kMaxHttpBodyBytes);
    stream_.expires_after(BoostTime(kHttpTimeoutNs));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, size_t /*bytes*/) {
                       self->OnRead(error);
                     });
  }

 private:
  void OnRead(beast::error_code error) {
    if (error == beast::error::timeout) return OnTimeout();
    if (error == http::error::header_limit) return Refuse(HttpLimit::kRequestBytes, 431);
    if (error == http::error::body_limit) return Refuse(HttpLimit::kRequestBytes, 413);
    // Input that is not HTTP is answered once; a peer that has closed gets no answer.
    if (error.category() == make_error_code(http::error::bad_version).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return AnswerLast(400, "not an HTTP/1.1 request\n");
    }
    if (error) return Close();
    Request request = parser_->release();
    head_only_ = request.method() == http::verb::head;
    keep_alive_ = request.keep_alive();
    version_ = request.version();
    Dispatch(std::move(request));
  }

  // A kept-alive connection on which no further request has begun has not exceeded a limit.
  void OnTimeout() {
    if (parser_->got_some()) context_.Hit(HttpLimit::kRequestTime);
    Close();
  }

  void Refuse(HttpLimit limit, int status) {
    context_.Hit(limit);
    AnswerLast(status, "the request is too long\n");
  }

  void AnswerLast(int status, const char* text) {
    keep_alive_ = false;
    Answer({status, text});
  }

  void Dispatch(Request request) {
    const std::string method = Text(request.method_string());
    const bool live = context_.viewers != nullptr && request.target() == kLivePath;
    if (live) return Upgrade(std::move(request));
    const HttpCall plain = ToPlain(request);
    const HttpRoute* const route = context_.routes.Find(method, plain.path);
    if (route == nullptr) {
      if (!context_.routes.Has(plain.path)) return Answer({404, "not found\n"});
      return Answer({405, "method not allowed\n"});
    }
    if (route->for_page && !IsTrusted(plain.host, plain.origin)) return;
    Ask(*route, plain);
  }

  // The handler may answer after this connection or the whole server has ended, or never.
  void Ask(const HttpRoute& route, const HttpCall& call) {
    HttpDone done = [back = context_.back, weak = weak_from_this(),
                     asked = ++asked_](HttpAnswer answer) {
      back->Post([weak, asked, answer = std::move(answer)]() mutable {
        const auto self = weak.lock();
        if (self != nullptr && self->asked_ == asked) self->Answer(std::move(answer));
      });
    };
    deadline_.expires_after(BoostTime(kHttpTimeoutNs));
    deadline_.async_wait([self = shared_from_this(), asked = asked_](beast::error_code stopped) {
      if (!stopped && self->asked_ == asked) self->Answer({504, "timed out\n"});
    });
    if (!route.may_wait) return route.handle(call, std::move(done));
    context_.waiting->Run(
        [&route, call, done = std::move(done)]() mutable { route.handle(call, std::move(done)); });
  }

  bool IsTrusted(const std::string& host, const std::string& origin) {
    if (IsTrustedHost(host, context_.host) && IsSameOrigin(origin, host)) return true;
    context_.Hit(HttpLimit::kUntrusted);
    Answer({403, "open the page by the node's address, or by its name in the herd file\n"});
    return false;
  }

  void Upgrade(Request request) {
    if (!beast::websocket::is_upgrade(request))
      return Answer({426, "only for the page's WebSocket\n"});
    if (!IsTrusted(Text(request[http::field::host]), Text(request[http::field::origin]))) return;
    if (context_.viewers->Count() >= context_.budget.viewers) {
      context_.Hit(HttpLimit::kViewers);
      return Answer({503, "too many pages are open on this node; open another node's page\n"});
    }
    stream_.expires_never();
    ServeViewer(context_, std::move(slot_), std::move(stream_), std::move(request));
  }

  void Answer(HttpAnswer plain) {
    ++asked_;  // later answers to this request are dropped
    deadline_.cancel();
    // Bounds the memory held for callers that send requests but read nothing. A single answer
    // always fits.
    const size_t others = *context_.answer_bytes;
    if (others != 0 && others + plain.body.size() > context_.budget.answer_bytes) {
      context_.Hit(HttpLimit::kAnswerBytes);
      plain = {503, "too many unread responses; try again\n"};
    }
    untaken_ = AnswerBytes(context_, plain.body.size());
    response_ = Response(static_cast<http::status>(plain.status), version_);
    response_.set(http::field::content_type, plain.type);
    response_.set("X-Content-Type-Options", "nosniff");
    response_.set("Referrer-Policy", "no-referrer");
    response_.set("X-Frame-Options", "DENY");
    response_.set("Cross-Origin-Resource-Policy", "same-origin");
    response_.set("Content-Security-Policy",
                  plain.policy.empty() ? "default-src 'none'" : plain.policy);
    response_.set(http::field::cache_control, plain.version.empty() ? "no-store" : "no-cache");
    if (!plain.version.empty()) response_.set(http::field::etag, plain.version);
    if (plain.status == 405) response_.set(http::field::allow, "GET, HEAD");
    response_.keep_alive(keep_alive_);
    response_.body() = std::move(plain.body);
    if (plain.status != 304) response_.content_length(response_.body().size());
    if (head_only_) response_.body().clear();
    stream_.expires_after(BoostTime(kHttpTimeoutNs));
    http::async_write(stream_, response_,
                      [self = shared_from_this()](beast::error_code error, size_t /*bytes*/) {
                        self->OnWritten(error);
                      });
  }

  void OnWritten(beast::error_code error) {
    untaken_ = {};
    response_.body() = {};
    if (error || !keep_alive_) return Close();
    Read();
  }

  void Close() {
    beast::error_code ignored;
    stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  }

  HttpContext& context_;
  HttpSlot slot_;
  beast::tcp_stream stream_;
  boost::asio::steady_timer deadline_{stream_.get_executor()};  // for the handler to answer
  uint64_t asked_ = 0;
  beast::flat_buffer buffer_{kMaxHttpHeadBytes + kMaxHttpBodyBytes};
  std::optional<http::request_parser<http::string_body>> parser_;
  Response response_;
  AnswerBytes untaken_;
  unsigned version_ = 11;
  bool head_only_ = false;
  bool keep_alive_ = false;
};

}  // namespace

void ServeHttp(HttpContext& context, boost::asio::ip::tcp::socket socket) {
  if (*context.connections >= context.budget.connections) {
    context.Hit(HttpLimit::kConnections);
    return;  // the socket closes
  }
  std::make_shared<Connection>(context, std::move(socket))->Read();
}

}  // namespace proxyherd::server
