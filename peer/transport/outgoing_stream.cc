#include "peer/transport/outgoing_stream.h"

#include <utility>

#include "net/socket_stream.h"
#include "peer/http2/grpc_client_stream.h"
#include "peer/protocol/link_limits.h"
#include "peer/transport/call_metrics.h"
#include "peer/transport/connection.h"
#include "peer/transport/dialler.h"
#include "peer/transport/link_method.h"
#include "peer/wire/link_wire.h"

namespace proxyherd::peer {
namespace {

class OutgoingTransport final : public LinkSender::Transport,
                                private Dialler::Owner,
                                private Connection::Owner {
 public:
  OutgoingTransport(Link& link, LinkLoop& loop, StreamLimitHits& limit_hits,
                    OutgoingOptions options)
      : link_(link),
        loop_(loop),
        limit_hits_(limit_hits),
        options_(std::move(options)),
        call_(options_.metrics, loop.env()) {}
  ~OutgoingTransport() override { Close(); }

  void Open(const Hello& hello) override {
    Close();
    call_.Start();
    ToWire(hello, request_);
    address_ = options_.address();
    dialler_ = &loop_.Add(std::make_unique<Dialler>(loop_, address_, options_.resolver,
                                                    static_cast<Dialler::Owner&>(*this)));
  }

  void Write(SenderMessage message) override {
    // The sender does not know yet that the stream has ended, and will in this round.
    if (connection_ == nullptr) return;
    ToWire(std::move(message), request_);
    Send();
  }

  void Close() override {
    if (dialler_ != nullptr) std::exchange(dialler_, nullptr)->Leave();
    if (connection_ != nullptr) std::exchange(connection_, nullptr)->Leave(true);
    call_.End(absl::StatusCode::kCancelled);
  }

 private:
  void Send() {
    call_.Sent();
    connection_->Send(request_);
  }

  void OnConnected(net::Descriptor socket) override {
    dialler_ = nullptr;
    auto stream = std::make_unique<GrpcClientStream>(kLinkPath, address_, kMaxLinkMessageBytes);
    connection_ = &loop_.Add(
        std::make_unique<Connection>(loop_, std::make_unique<net::SocketStream>(std::move(socket)),
                                     std::move(stream), static_cast<Connection::Owner&>(*this)));
    Send();
  }

  void OnNotConnected(const CloseReason& reason) override {
    dialler_ = nullptr;
    call_.End(absl::StatusCode::kUnavailable);
    link_.OnClosed(reason);
  }

  void OnMessage(std::string_view bytes) override {
    call_.Received();
    // A message that is not one of ours has no kind, which the sender refuses.
    if (!response_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) response_.Clear();
    link_.OnMessage(FromWire(response_));
  }

  void OnSent() override { link_.OnWritten(); }

  void OnEnd(const StreamEnd& end) override {
    connection_ = nullptr;
    call_.End(end.code);
    if (end.limit.has_value()) limit_hits_.Add(*end.limit);
    link_.OnClosed(end.reason);
  }

  Link& link_;
  LinkLoop& loop_;
  StreamLimitHits& limit_hits_;
  const OutgoingOptions options_;
  CallMetrics call_;
  std::string address_;
  Dialler* dialler_ = nullptr;        // while connecting
  Connection* connection_ = nullptr;  // afterwards, until the stream's end
  peer::v1::LinkRequest request_;
  peer::v1::LinkResponse response_;
};

}  // namespace

std::unique_ptr<LinkSender::Transport> MakeOutgoingTransport(Link& link, LinkLoop& loop,
                                                             StreamLimitHits& limit_hits,
                                                             OutgoingOptions options) {
  return std::make_unique<OutgoingTransport>(link, loop, limit_hits, std::move(options));
}

}  // namespace proxyherd::peer
