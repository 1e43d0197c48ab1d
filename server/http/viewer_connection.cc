#include "server/http/viewer_connection.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cassert>
#include <utility>

#include "base/env.h"
#include "server/http/boost_time.h"

namespace proxyherd::server {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

// Maximum size of a page's message; any message ends the connection.
constexpr size_t kMaxMessageBytes = 1024;
// A page that neither reads nor answers a ping is closed after one to two such periods.
constexpr int64_t kSilenceNs = 20 * kSecond;

class ViewerConnection : public Viewer, public std::enable_shared_from_this<ViewerConnection> {
 public:
  using Request = beast::http::request<beast::http::string_body>;

  ViewerConnection(HttpContext& context, HttpSlot slot, beast::tcp_stream stream)
      : context_(context), slot_(std::move(slot)), stream_(std::move(stream)) {}

  void Begin(Request request) {
    stream_.set_option(websocket::stream_base::timeout{BoostTime(kHttpTimeoutNs),
                                                       BoostTime(kSilenceNs),
                                                       /*keep_alive_pings=*/true});
    stream_.read_message_max(kMaxMessageBytes);
    stream_.auto_fragment(false);
    stream_.text(true);
    request_ = std::move(request);
    stream_.async_accept(request_, [self = shared_from_this()](beast::error_code error) {
      if (!error) self->OnAccepted();
    });
  }

  void Show(const page::Frames& frames) override {
    boost::asio::post(stream_.get_executor(), [weak = weak_from_this(), frames] {
      const auto self = weak.lock();
      if (self == nullptr || self->ended_) return;
      self->context_.viewers->CountDropped(self->slots_.Put(frames));
      self->Write();
    });
  }

 private:
  void OnAccepted() {
    request_ = {};
    if (!context_.viewers->Join(shared_from_this())) {
      context_.Hit(HttpLimit::kViewers);
      stream_.async_close(websocket::close_code::try_again_later,
                          [self = shared_from_this()](beast::error_code /*error*/) {});
      return;
    }
    Read();
  }

  // Reading handles pings, the closing handshake and the end of the connection.
  void Read() {
    stream_.async_read(input_, [self = shared_from_this()](beast::error_code error, size_t bytes) {
      self->OnRead(error, bytes);
    });
  }

  void OnRead(beast::error_code error, size_t bytes) {
    // Pages must not send messages.
    if (!error) error = beast::error_code(boost::asio::error::invalid_argument);
    input_.consume(bytes);
    End();
  }

  void Write() {
    if (writing_ != nullptr || ended_) return;
    writing_ = slots_.Take();
    if (writing_ == nullptr) return;
    stream_.async_write(boost::asio::buffer(*writing_),
                        [self = shared_from_this()](beast::error_code error, size_t /*bytes*/) {
                          self->writing_ = nullptr;
                          if (error) return self->End();
                          self->Write();
                        });
  }

  void End() {
    if (std::exchange(ended_, true)) return;
    context_.viewers->Leave(this);
    beast::get_lowest_layer(stream_).close();
  }

  HttpContext& context_;
  const HttpSlot slot_;
  websocket::stream<beast::tcp_stream> stream_;
  Request request_;
  beast::flat_buffer input_{kMaxMessageBytes};
  page::FrameSlots slots_;
  page::FrameText writing_;
  bool ended_ = false;
};

}  // namespace

void ServeViewer(HttpContext& context, HttpSlot slot, beast::tcp_stream stream,
                 beast::http::request<beast::http::string_body> request) {
  assert(context.viewers != nullptr);
  std::make_shared<ViewerConnection>(context, std::move(slot), std::move(stream))
      ->Begin(std::move(request));
}

}  // namespace proxyherd::server
