// Outgoing link streams over gRPC's callback API.
//
// Lifetime: a stream keeps itself alive from StartCall until OnDone; its transport points to it
// only while it is the present stream. A hold is taken before StartCall, because reads and writes
// are started on the links thread, outside reactions. It is released once, on that thread.
#include "peer/transport/client_stream.h"

#include <grpcpp/grpcpp.h>

#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/absl_strings.h"
#include "peer/protocol/link_limits.h"
#include "peer/wire/link_wire.h"
#include "proxyherd/peer/v1/peer.grpc.pb.h"
#include "rpc/channel_arguments.h"
#include "rpc/grpc_status.h"

namespace proxyherd::peer {
namespace {

using peer::v1::LinkRequest;
using peer::v1::LinkResponse;
using peer::v1::PeerService;

// Makes a separate channel for each attempt; otherwise gRPC's own back-off and its cache of
// resolved names would add to the link's delays.
grpc::ChannelArguments LinkArguments() {
  rpc::ChannelOptions options;
  options.is_separate = true;
  options.has_fixed_window = true;
  options.window_bytes = kLinkWindowBytes;
  options.max_answer_bytes = kMaxAnswerBytes;
  options.first_backoff_ns = kFirstBackoffNs;
  options.min_backoff_ns = kConnectTimeoutNs;
  options.max_backoff_ns = kConnectTimeoutNs;
  return rpc::MakeChannelArguments(options);
}

CloseReason Reason(const grpc::Status& status, const grpc::ClientContext& context) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(kNewerEpochKey);
  uint64_t newer_epoch_ns = 0;
  if (found != trailers.end() &&
      !absl::SimpleAtoi(ToAbsl({found->second.data(), found->second.size()}), &newer_epoch_ns)) {
    newer_epoch_ns = 0;
  }
  return ReasonOfCall(rpc::FromGrpc(status), newer_epoch_ns);
}

class Stream : public grpc::ClientBidiReactor<LinkRequest, LinkResponse>,
               public std::enable_shared_from_this<Stream> {
 public:
  Stream(Link& link, std::shared_ptr<grpc::Channel> channel, runtime::SerialThread& thread)
      : thread_(thread),
        link_(&link),
        hold_(thread.MakeHold()),
        channel_(std::move(channel)),
        stub_(PeerService::NewStub(channel_)) {}

  void Start(const Hello& hello) {
    self_ = shared_from_this();
    stub_->async()->Link(&context_, this);
    ToWire(hello, request_);
    StartWrite(&request_);
    StartRead(&response_);
    AddHold();
    StartCall();
  }

  void Write(SenderMessage message) {
    // A stream that has failed may already be done; the sender will soon get OnClosed.
    if (released_) return;
    ToWire(std::move(message), request_);
    StartWrite(&request_);
  }

  // Called when the link wants no more events.
  void Detach() {
    link_ = nullptr;
    context_.TryCancel();
    Release();
  }

  void OnWriteDone(bool ok) override {
    thread_.Run([self = self_, ok] { self->AfterWrite(ok); });
  }
  void OnReadDone(bool ok) override {
    thread_.Run([self = self_, ok] { self->AfterRead(ok); });
  }
  void OnDone(const grpc::Status& status) override {
    thread_.Post([self = std::move(self_), status] { self->AfterDone(status); });
  }

 private:
  void AfterWrite(bool ok) {
    if (!ok) return Release();  // OnDone reports the reason
    if (link_ != nullptr) link_->OnWritten();
  }

  void AfterRead(bool ok) {
    if (!ok || link_ == nullptr) return Release();
    link_->OnMessage(FromWire(response_));
    if (link_ != nullptr && !released_) StartRead(&response_);
  }

  void AfterDone(const grpc::Status& status) {
    if (link_ != nullptr) std::exchange(link_, nullptr)->OnClosed(Reason(status, context_));
  }

  void Release() {
    if (!std::exchange(released_, true)) RemoveHold();
  }

  runtime::SerialThread& thread_;
  Link* link_;  // nullptr: detached
  const runtime::SerialThread::Hold hold_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<PeerService::Stub> stub_;
  grpc::ClientContext context_;
  LinkRequest request_;    // gRPC's from StartWrite to OnWriteDone
  LinkResponse response_;  // gRPC's from StartRead to OnReadDone
  std::shared_ptr<Stream> self_;
  bool released_ = false;
};

class ClientTransport : public LinkSender::Transport {
 public:
  ClientTransport(Link& link, std::function<std::string()> address, rpc::ChannelFactory channels,
                  runtime::SerialThread& thread)
      : link_(link),
        address_(std::move(address)),
        channels_(std::move(channels)),
        thread_(thread) {}
  ~ClientTransport() override { DetachStream(); }

  void Open(const Hello& hello) override {
    DetachStream();
    stream_ = std::make_shared<Stream>(link_, channels_(address_(), LinkArguments()), thread_);
    stream_->Start(hello);
  }

  void Write(SenderMessage message) override { stream_->Write(std::move(message)); }

  void Close() override { DetachStream(); }

 private:
  void DetachStream() {
    if (stream_ != nullptr) std::exchange(stream_, nullptr)->Detach();
  }

  Link& link_;
  const std::function<std::string()> address_;
  const rpc::ChannelFactory channels_;
  runtime::SerialThread& thread_;
  std::shared_ptr<Stream> stream_;
};

}  // namespace

std::unique_ptr<LinkSender::Transport> MakeClientTransport(Link& link,
                                                           std::function<std::string()> address,
                                                           rpc::ChannelFactory channels,
                                                           runtime::SerialThread& thread) {
  return std::make_unique<ClientTransport>(link, std::move(address), std::move(channels), thread);
}

}  // namespace proxyherd::peer
