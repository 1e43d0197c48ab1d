#include "peer/transport/incoming_stream.h"

#include <algorithm>
#include <utility>

#include "net/socket_stream.h"
#include "peer/protocol/link_limits.h"
#include "peer/transport/link_method.h"
#include "peer/wire/link_wire.h"

namespace proxyherd::peer {

IncomingStream::IncomingStream(const Context& context, net::Descriptor socket,
                               std::shared_ptr<void> ticket)
    : context_(context),
      call_(context.metrics, context.loop.env()),
      deadline_ns_(context.loop.env().MonotonicNs() + kGreetingTimeNs) {
  auto stream = std::make_unique<GrpcServerStream>(kLinkPath);
  stream_ = stream.get();
  connection_ = &context_.loop.Add(std::make_unique<Connection>(
      context_.loop, std::make_unique<net::SocketStream>(std::move(socket)), std::move(stream),
      static_cast<Connection::Owner&>(*this)));
  connection_->Keep(std::move(ticket));
}

IncomingStream::~IncomingStream() = default;

void IncomingStream::OnBytes() {
  if (!stream_->called() || std::exchange(called_, true)) return;
  call_.Start();
  const int64_t now_ns = context_.loop.env().MonotonicNs();
  const int64_t timeout_ns = stream_->timeout_ns().value_or(LinkLoop::kNever);
  timeout_at_ns_ = now_ns + std::min(timeout_ns, LinkLoop::kNever - now_ns);
  deadline_ns_ = std::min(deadline_ns_, timeout_at_ns_);
}

void IncomingStream::OnMessage(std::string_view bytes) {
  if (finished_) return;
  call_.Received();
  if (!std::exchange(accepted_, true))
    receiver_ = context_.links.Accept(static_cast<LinkReceiver::Transport&>(*this));
  if (receiver_ == nullptr) return;
  // A message that is not one of ours has no kind, which the receiver refuses.
  if (!request_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) request_.Clear();
  receiver_->OnMessage(FromWire(request_));
  if (!greeted_ && !finished_ && receiver_->greeted()) {
    greeted_ = true;
    deadline_ns_ = timeout_at_ns_;
    stream_->SetGreeted(kMaxLinkMessageBytes);
    connection_->Release();
  }
}

void IncomingStream::OnSent() {
  if (!finished_ && receiver_ != nullptr) receiver_->OnWritten();
}

void IncomingStream::OnEnd(const StreamEnd& end) {
  if (end.limit.has_value()) context_.limit_hits.Add(*end.limit);
  call_.End(end.code);
  if (receiver_ != nullptr) {
    context_.links.OnIncomingClosed(std::exchange(receiver_, nullptr), end.reason);
  }
  // An end in order is answered in order.
  if (stream_->called() && !finished_) FinishStream(absl::OkStatus(), 0);
  Done();
}

void IncomingStream::Write(ReceiverMessage message) {
  ToWire(std::move(message), response_);
  call_.Sent();
  connection_->Send(response_);
}

void IncomingStream::Finish(const absl::Status& status) {
  if (finished_) return;
  FinishStream(status, ReasonOf(status).newer_epoch_ns);
  context_.loop.Touch(*this);
}

void IncomingStream::FinishStream(const absl::Status& status, uint64_t newer_epoch_ns) {
  finished_ = true;
  call_.End(status.code());
  stream_->Finish(status, newer_epoch_ns);
  context_.loop.Touch(*connection_);
}

// After a Finish: the receiver may be released only once its call of Finish has returned.
void IncomingStream::Settle() {
  if (done() || !finished_) return;
  if (receiver_ != nullptr) {
    context_.links.OnIncomingClosed(std::exchange(receiver_, nullptr),
                                    {CloseKind::kEnded, "the stream ended"});
  }
  connection_->Leave(false);
  Done();
}

void IncomingStream::Done() {
  connection_ = nullptr;
  deadline_ns_ = LinkLoop::kNever;
  context_.loop.Touch(*this);
}

void IncomingStream::Tick(int64_t now_ns) {
  if (done() || finished_) return;
  if (now_ns < timeout_at_ns_) context_.limit_hits.Add(StreamLimit::kGreetingTime);
  const absl::Status status = absl::DeadlineExceededError(
      now_ns < timeout_at_ns_ ? "no hello in time" : "the caller's time is over");
  EndByItself(status);
}

// The links end those that have said it.
void IncomingStream::Stop() {
  if (done() || finished_ || receiver_ != nullptr) return;
  EndByItself(CloseStatus(CloseKind::kNotServing, "the node is stopping"));
}

void IncomingStream::EndByItself(const absl::Status& status) {
  if (stream_->called()) return FinishStream(status, 0);
  connection_->Leave(true);
  Done();
}

}  // namespace proxyherd::peer
