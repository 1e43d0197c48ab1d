// Incoming link streams over gRPC's callback API.
//
// Lifetime: a stream keeps itself alive until OnDone. Finish is called exactly once, never during a
// write: a request to finish waits for the write in flight.
#include "peer/transport/server_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "peer/wire/link_wire.h"
#include "rpc/grpc_status.h"

namespace proxyherd::peer {
namespace {

class ServerStream : public LinkServerReactor, public LinkReceiver::Transport {
 public:
  ServerStream(LinkSet& links, runtime::SerialThread& thread, grpc::CallbackServerContext& context)
      : links_(links), thread_(thread), context_(context), hold_(thread.MakeHold()), self_(this) {
    thread_.Post([self = self_] { self->Begin(); });
  }

  // LinkReceiver::Transport, on the links thread.
  void Write(ReceiverMessage message) override {
    ToWire(std::move(message), response_);
    writing_ = true;
    StartWrite(&response_);
  }
  void Finish(const absl::Status& status) override {
    const uint64_t newer_epoch_ns = ReasonOf(status).newer_epoch_ns;
    if (newer_epoch_ns != 0 && !finished_ && !finish_.has_value()) {
      context_.AddTrailingMetadata(kNewerEpochKey, std::to_string(newer_epoch_ns));
    }
    FinishWith(rpc::ToGrpc(status));
  }

  void OnReadDone(bool ok) override {
    thread_.Post([self = self_, ok] { self->AfterRead(ok); });
  }
  void OnWriteDone(bool ok) override {
    thread_.Post([self = self_, ok] { self->AfterWrite(ok); });
  }
  void OnCancel() override {
    thread_.Post([self = self_] {
      self->Closed({CloseKind::kBroken, "the stream was cancelled"});
    });
  }
  void OnDone() override {
    thread_.Post([self = std::move(self_)] {
      self->Closed({CloseKind::kEnded, "the stream ended"});
    });
  }

 private:
  void Begin() {
    receiver_ = links_.Accept(*this);
    if (receiver_ != nullptr) StartRead(&request_);
  }

  void AfterRead(bool ok) {
    if (!ok) return Closed({CloseKind::kEnded, "the neighbour ended the stream"});
    if (receiver_ == nullptr) return;
    receiver_->OnMessage(FromWire(request_));
    // The next read starts after the merge, so HTTP/2's flow control is the only queue.
    if (receiver_ != nullptr && !receiver_->finished()) StartRead(&request_);
  }

  void AfterWrite(bool ok) {
    writing_ = false;
    if (finish_.has_value()) return FinishWith(*std::exchange(finish_, std::nullopt));
    if (!ok) return Closed({CloseKind::kBroken, "a write failed"});
    if (receiver_ != nullptr) receiver_->OnWritten();
  }

  void Closed(const CloseReason& reason) {
    if (receiver_ != nullptr) links_.OnIncomingClosed(std::exchange(receiver_, nullptr), reason);
    FinishWith(grpc::Status::OK);
  }

  void FinishWith(const grpc::Status& status) {
    if (finished_) return;
    if (writing_) {
      if (!finish_.has_value()) finish_ = status;
      return;
    }
    finished_ = true;
    LinkServerReactor::Finish(status);
  }

  LinkSet& links_;
  runtime::SerialThread& thread_;
  grpc::CallbackServerContext& context_;  // gRPC's, until OnDone
  const runtime::SerialThread::Hold hold_;
  LinkReceiver* receiver_ = nullptr;
  peer::v1::LinkRequest request_;    // gRPC's from StartRead to OnReadDone
  peer::v1::LinkResponse response_;  // gRPC's from StartWrite to OnWriteDone
  bool writing_ = false;
  bool finished_ = false;
  std::optional<grpc::Status> finish_;
  std::shared_ptr<ServerStream> self_;
};

}  // namespace

LinkServerReactor* MakeServerStream(LinkSet& links, runtime::SerialThread& thread,
                                    grpc::CallbackServerContext& context) {
  return new ServerStream(links, thread, context);
}

}  // namespace proxyherd::peer
