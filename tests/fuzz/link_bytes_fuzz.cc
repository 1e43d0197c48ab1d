// Sends any bytes on a connection to Clark's port for links, in any pieces: Clark answers in
// HTTP/2, ends the stream once at most, and its table holds only valid records.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "peer/http2/grpc_server_stream.h"
#include "peer/transport/link_method.h"
#include "peer/wire/link_wire.h"
#include "tests/fuzz/link_play.h"
#include "tests/fuzz/stream_play.h"

namespace proxyherd {
namespace {

// Does what IncomingStream does, without a network.
class BytesToClark final : private peer::LinkReceiver::Transport {
 public:
  explicit BytesToClark(PlayedNeighbour& played) : played_(played) {}
  ~BytesToClark() { Close({peer::CloseKind::kBroken, "connection closed"}); }

  PlayedNeighbour& played() { return played_; }

  void Take(std::string_view bytes) {
    checked_.Take(
        bytes, played_.clock().MonotonicNs(),
        [this] { return greeted_ ? peer::kMaxLinkMessageBytes : peer::kMaxGreetingMessageBytes; },
        [this](std::string_view message) { OnMessage(message); });
    Settle();
  }
  void Give(size_t enough) {
    checked_.Give(enough);
    Settle();
  }
  void GiveAll() { checked_.GiveAll(); }

 private:
  void Write(peer::ReceiverMessage message) override {
    FUZZ_CHECK(!finished_ && !writing_);
    writing_ = true;
    peer::v1::LinkResponse response;
    ToWire(std::move(message), response);
    response.AppendToString(&stream_.BeginMessage());
    stream_.Send();
  }
  void Finish(const absl::Status& status) override {
    FUZZ_CHECK(!finished_ && !status.ok());
    finished_ = true;
    stream_.Finish(status, peer::ReasonOf(status).newer_epoch_ns);
  }

  void OnMessage(std::string_view bytes) {
    FUZZ_CHECK(stream_.called());
    if (finished_) return;
    if (!std::exchange(accepted_, true)) receiver_ = played_.links().Accept(*this);
    if (receiver_ == nullptr) return;
    peer::v1::LinkRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) request.Clear();
    receiver_->OnMessage(peer::FromWire(request));
    if (greeted_ || finished_ || !receiver_->greeted()) return;
    greeted_ = true;
    stream_.SetGreeted(peer::kMaxLinkMessageBytes);
  }

  void Settle() {
    played_.Settle();
    if (stream_.end().has_value()) {
      Close(stream_.end()->reason);
      if (stream_.called() && !std::exchange(finished_, true)) {
        stream_.Finish(absl::OkStatus(), 0);
      }
    } else if (finished_) {
      Close({peer::CloseKind::kEnded, "the stream ended"});
    } else if (writing_ && stream_.sent() && stream_.settled()) {
      writing_ = false;
      receiver_->OnWritten();
      played_.Settle();
    }
  }
  void Close(const peer::CloseReason& reason) {
    if (receiver_ == nullptr) return;
    played_.links().OnIncomingClosed(std::exchange(receiver_, nullptr), reason);
    played_.Settle();
  }

  PlayedNeighbour& played_;
  peer::GrpcServerStream stream_{peer::kLinkPath};
  CheckedStream checked_{stream_, ""};
  peer::LinkReceiver* receiver_ = nullptr;
  bool accepted_ = false;
  bool greeted_ = false;
  bool writing_ = false;
  bool finished_ = false;
};

}  // namespace
}  // namespace proxyherd

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace proxyherd;
  if (size == 0) return 0;
  PlayedNeighbour played("Bona", data[0] % 2 == 0 ? 0 : kExpireAfterNs);
  if (data[0] / 2 % 2 == 1) played.AnswerHello();
  played.Report("kiwi");
  {
    BytesToClark play(played);
    PlayStream(play, {data + 1, size - 1});
    play.GiveAll();
  }
  CheckLinks(played);
  return 0;
}
