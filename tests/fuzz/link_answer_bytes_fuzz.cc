// Answers Clark's streams to its neighbour with any bytes, in any pieces: Clark speaks HTTP/2, ends
// each stream once at most, dials again, and its table holds only valid records.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "peer/http2/grpc_client_stream.h"
#include "peer/transport/link_method.h"
#include "peer/wire/link_wire.h"
#include "tests/fuzz/link_play.h"
#include "tests/fuzz/stream_play.h"

namespace proxyherd {
namespace {

// Does what the outgoing transport does, without a network.
class BytesFromServer {
 public:
  explicit BytesFromServer(PlayedNeighbour& played) : played_(played) { Settle(); }

  PlayedNeighbour& played() { return played_; }

  void Take(std::string_view bytes) {
    Settle();
    if (call_ == nullptr) return;
    call_->checked.Take(
        bytes, played_.clock().MonotonicNs(), [] { return peer::kMaxLinkMessageBytes; },
        [this](std::string_view message) { OnMessage(message); });
    Settle();
  }
  void Give(size_t enough) {
    Settle();
    if (call_ == nullptr) return;
    call_->checked.Give(enough);
    Settle();
  }
  void GiveAll() {
    if (call_ != nullptr) call_->checked.GiveAll();
  }

 private:
  struct Call {
    peer::GrpcClientStream stream{peer::kLinkPath, "there:1", peer::kMaxLinkMessageBytes};
    CheckedStream checked{stream, kClientPreface};
    uint64_t dial = 0;
    bool sending = false;
  };

  void OnMessage(std::string_view bytes) {
    if (!Live()) return;
    peer::v1::LinkResponse response;
    if (!response.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) response.Clear();
    played_.Answer(peer::FromWire(response));
  }

  // Ends and begins streams as the sender wants, and sends its next message.
  void Settle() {
    if (Live() && call_->stream.end().has_value()) played_.BreakOff();
    if (call_ != nullptr && !Live()) {
      call_->stream.Abort();
      call_->checked.GiveAll();
      call_.reset();
    }
    if (call_ == nullptr && played_.dial() != 0) {
      call_ = std::make_unique<Call>();
      call_->dial = played_.dial();
    }
    if (call_ == nullptr) return;
    if (call_->sending && call_->stream.sent() && call_->stream.settled()) {
      call_->sending = false;
      played_.TakeOutgoing();
    }
    if (!call_->sending && Live() && played_.outgoing().has_value()) Send(*played_.outgoing());
  }
  void Send(peer::SenderMessage message) {
    call_->sending = true;
    peer::v1::LinkRequest request;
    ToWire(std::move(message), request);
    request.AppendToString(&call_->stream.BeginMessage());
    call_->stream.Send();
  }
  // The sender may have given a stream up, and even opened another one.
  bool Live() const { return call_ != nullptr && call_->dial == played_.dial(); }

  PlayedNeighbour& played_;
  std::unique_ptr<Call> call_;
};

}  // namespace
}  // namespace proxyherd

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace proxyherd;
  if (size == 0) return 0;
  // Clark asks Jaquez about repair.
  PlayedNeighbour played(data[0] / 4 % 2 == 0 ? "Jaquez" : "Bona",
                         data[0] % 2 == 0 ? 0 : kExpireAfterNs);
  if (data[0] / 2 % 2 == 1) played.Greet();
  played.Report("kiwi");
  BytesFromServer play(played);
  PlayStream(play, {data + 1, size - 1});
  play.GiveAll();
  CheckLinks(played);
  return 0;
}
