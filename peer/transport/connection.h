// A gRPC stream on a socket: reads, writes once at the end of each round, and closes in order.
#pragma once

#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/byte_stream.h"
#include "net/poller.h"
#include "peer/http2/grpc_stream.h"
#include "peer/transport/link_loop.h"

namespace proxyherd::peer {

// A message counts as sent once less than this waits for the socket, so that the next one is made
// before the network has nothing to do.
inline constexpr size_t kMaxUnwrittenBytes = size_t{64} * 1024;

// Time in which a connection that has ended may still write its last bytes, and the other end may
// still send: closing a socket with unread bytes would take the last answer from the other end.
inline constexpr int64_t kCloseTimeNs = kSecond / 2;

// Belongs to the links thread. Once it is on the loop it lives until its socket is closed, also
// without an owner.
class Connection final : public LinkLoop::Part, private net::Poller::Watcher {
 public:
  // Gets the events, none of which comes during a call of the connection's functions.
  class Owner {
   public:
    // Bytes have come in; messages and the end follow.
    virtual void OnBytes() {}
    // A message has come; the bytes are valid during the call.
    virtual void OnMessage(std::string_view bytes) = 0;
    // The last message has been given to the network, but for less than kMaxUnwrittenBytes.
    virtual void OnSent() = 0;
    // The stream has ended: the last event. The connection closes by itself, after its last bytes.
    virtual void OnEnd(const StreamEnd& end) = 0;

   protected:
    ~Owner() = default;
  };

  // References must outlive the connection, the owner until it is left alone.
  Connection(LinkLoop& loop, std::unique_ptr<net::ByteStream> bytes,
             std::unique_ptr<GrpcStream> stream, Owner& owner);
  ~Connection() override;

  // Sends a message; OnSent or OnEnd follow. REQUIRES: none is being sent.
  void Send(const google::protobuf::MessageLite& message);
  // The owner wants no more events: the stream ends as it says itself, or at once if `abort`.
  void Leave(bool abort);
  // Keeps something until the socket is closed.
  void Keep(std::shared_ptr<void> held) { held_ = std::move(held); }
  void Release() { held_.reset(); }

  // LinkLoop::Part
  void Settle() override;
  void Tick(int64_t now_ns) override;
  int64_t NextTimer() const override { return close_at_ns_; }
  bool done() const override { return bytes_ == nullptr; }

 private:
  void OnReady(uint32_t events) override;
  void Deliver();
  void Report(const StreamEnd& end);
  void Write();
  void ReportSent();
  void LimitClose();
  void CloseInOrder();
  void Await();
  // The connection is gone, for this reason.
  void Lose(CloseReason reason);
  void CloseSocket();

  LinkLoop& loop_;
  std::unique_ptr<net::ByteStream> bytes_;  // nullptr: closed
  const std::unique_ptr<GrpcStream> stream_;
  Owner* owner_;  // nullptr: wants no events
  std::shared_ptr<void> held_;
  std::string unwritten_;
  size_t written_ = 0;    // bytes of unwritten_
  bool sending_ = false;  // OnSent is due
  bool blocked_ = false;  // the last write has left a rest
  bool aborted_ = false;
  bool ended_writes_ = false;
  uint32_t awaited_ = 0;
  int64_t close_at_ns_ = LinkLoop::kNever;
};

}  // namespace proxyherd::peer
