// A stream that a neighbour, or a stranger, has opened: turns what comes into a receiver's events.
// Contains no logic of the links.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "net/descriptor.h"
#include "peer/http2/grpc_server_stream.h"
#include "peer/link/link_set.h"
#include "peer/transport/call_metrics.h"
#include "peer/transport/connection.h"
#include "peer/transport/link_loop.h"
#include "proxyherd/peer/v1/link.pb.h"

namespace proxyherd::peer {

// Time from the connection until the hello has been admitted.
inline constexpr int64_t kGreetingTimeNs = 5 * kSecond;

// Belongs to the links thread. Lives on the loop until the stream has ended; its connection may
// live longer, to write its last bytes.
class IncomingStream final : public LinkLoop::Part,
                             private LinkReceiver::Transport,
                             private Connection::Owner {
 public:
  // What streams share.
  struct Context {
    LinkLoop& loop;
    LinkSet& links;
    StreamLimitHits& limit_hits;
    const rpc::MethodMetrics* metrics;  // nullptr: none
  };

  // `ticket`: kept until the neighbour is admitted or the socket closed. References must outlive
  // the stream.
  IncomingStream(const Context& context, net::Descriptor socket, std::shared_ptr<void> ticket);
  ~IncomingStream() override;

  // LinkLoop::Part
  void Settle() override;
  void Tick(int64_t now_ns) override;
  int64_t NextTimer() const override { return deadline_ns_; }
  void Stop() override;
  bool done() const override { return connection_ == nullptr; }

 private:
  // LinkReceiver::Transport
  void Write(ReceiverMessage message) override;
  void Finish(const absl::Status& status) override;
  // Connection::Owner
  void OnBytes() override;
  void OnMessage(std::string_view bytes) override;
  void OnSent() override;
  void OnEnd(const StreamEnd& end) override;

  // Ends the stream, which neither the links nor the peer has ended.
  void EndByItself(const absl::Status& status);
  void FinishStream(const absl::Status& status, uint64_t newer_epoch_ns);
  void Done();

  const Context context_;
  CallMetrics call_;
  GrpcServerStream* stream_;  // the connection's
  Connection* connection_;    // nullptr: the stream has ended
  LinkReceiver* receiver_ = nullptr;
  bool called_ = false;    // the call is counted
  bool accepted_ = false;  // the links have it
  bool greeted_ = false;
  bool finished_ = false;
  int64_t deadline_ns_;
  int64_t timeout_at_ns_ = LinkLoop::kNever;  // by the caller's grpc-timeout
  peer::v1::LinkRequest request_;
  peer::v1::LinkResponse response_;
};

}  // namespace proxyherd::peer
