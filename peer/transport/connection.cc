#include "peer/transport/connection.h"

#include <cassert>
#include <optional>
#include <utility>

#include "peer/transport/socket_error.h"

namespace proxyherd::peer {

using Outcome = net::ByteStream::Outcome;

Connection::Connection(LinkLoop& loop, std::unique_ptr<net::ByteStream> bytes,
                       std::unique_ptr<GrpcStream> stream, Owner& owner)
    : loop_(loop),
      bytes_(std::move(bytes)),
      stream_(std::move(stream)),
      owner_(&owner),
      awaited_(bytes_->Awaits(false)) {
  // Without descriptors for it the socket cannot be served: it closes at the next tick.
  if (!loop_.poller().Watch(bytes_->fd(), awaited_, *this)) close_at_ns_ = 0;
}

Connection::~Connection() = default;

void Connection::Send(const google::protobuf::MessageLite& message) {
  assert(!sending_);
  sending_ = true;
  message.AppendToString(&stream_->BeginMessage());
  stream_->Send();
  loop_.Touch(*this);
}

void Connection::Leave(bool abort) {
  owner_ = nullptr;
  LimitClose();
  if (abort) {
    stream_->Abort();
    aborted_ = true;
  }
  loop_.Touch(*this);
}

void Connection::OnReady(uint32_t events) {
  if (done()) return;
  if ((events & net::Poller::kWritable) != 0) blocked_ = false;
  loop_.Touch(*this);
  if ((events & ~net::Poller::kWritable) == 0) return;
  const auto read = bytes_->Read(loop_.read_buffer().data(), loop_.read_buffer().size());
  switch (read.outcome) {
    case Outcome::kBlocked:
      return;
    case Outcome::kEnded:
      return Lose({CloseKind::kBroken, "connection closed"});
    case Outcome::kFailed:
      return Lose(ReasonOfSocketError(read.error));
    case Outcome::kDone:
      // Once the stream is closing, it ignores what is read.
      stream_->Take({loop_.read_buffer().data(), read.bytes}, loop_.env().MonotonicNs());
      if (owner_ != nullptr) owner_->OnBytes();
      Deliver();
  }
}

void Connection::Deliver() {
  while (owner_ != nullptr) {
    const std::optional<std::string_view> message = stream_->NextMessage();
    if (!message.has_value()) break;
    owner_->OnMessage(*message);
  }
  if (owner_ != nullptr && stream_->end().has_value()) Report(*stream_->end());
}

void Connection::Report(const StreamEnd& end) {
  if (!done()) LimitClose();
  std::exchange(owner_, nullptr)->OnEnd(end);
}

// A peer that reads nothing may not keep the last bytes here for ever.
void Connection::LimitClose() {
  if (close_at_ns_ == LinkLoop::kNever) close_at_ns_ = loop_.env().MonotonicNs() + kCloseTimeNs;
}

void Connection::Settle() {
  if (done()) return;
  Write();
  // An end may have shown while nghttp2 gave its frames.
  Deliver();
  ReportSent();
  if (done()) return;
  if (stream_->closing()) CloseInOrder();
  if (!done()) Await();
}

void Connection::Write() {
  while (!blocked_) {
    if (written_ == unwritten_.size()) {
      unwritten_.clear();
      written_ = 0;
      stream_->Give(unwritten_, kMaxUnwrittenBytes);
      if (unwritten_.empty()) return;
    }
    const auto result = bytes_->Write(std::string_view(unwritten_).substr(written_));
    written_ += result.bytes;
    blocked_ = result.outcome == Outcome::kBlocked;
    if (result.outcome == Outcome::kFailed) return Lose(ReasonOfSocketError(result.error));
    if (result.outcome == Outcome::kEnded) return Lose({CloseKind::kBroken, "connection closed"});
  }
}

void Connection::ReportSent() {
  const size_t waiting = unwritten_.size() - written_;
  if (!sending_ || !stream_->sent() || !stream_->settled() || waiting >= kMaxUnwrittenBytes) return;
  sending_ = false;
  if (owner_ != nullptr) owner_->OnSent();
}

void Connection::CloseInOrder() {
  if (aborted_) return CloseSocket();
  LimitClose();
  if (!blocked_ && !std::exchange(ended_writes_, true)) bytes_->EndWrites();
}

void Connection::Await() {
  const uint32_t events = bytes_->Awaits(blocked_);
  if (events == std::exchange(awaited_, events)) return;
  loop_.poller().Change(bytes_->fd(), events, *this);
}

void Connection::Tick(int64_t /*now_ns*/) { Lose({CloseKind::kBroken, "connection closed"}); }

void Connection::Lose(CloseReason reason) {
  CloseSocket();
  if (owner_ != nullptr) Report({std::move(reason), absl::StatusCode::kUnavailable});
}

void Connection::CloseSocket() {
  bytes_.reset();
  held_.reset();
  close_at_ns_ = LinkLoop::kNever;
}

}  // namespace proxyherd::peer
