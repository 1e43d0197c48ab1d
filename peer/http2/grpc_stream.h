// One gRPC stream, alone on its HTTP/2 connection: bytes of the peer come in, messages and the end
// come out, and the reverse. Framing and header compression are nghttp2's.
//
// A connection carries only one stream, ever, and whatever would reset it ends the connection. So
// attacks that open and reset streams have nothing to work with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "peer/http2/http2_session.h"
#include "peer/http2/message_reader.h"
#include "peer/http2/stream_limits.h"
#include "peer/protocol/close_reason.h"

namespace proxyherd::peer {

// How the peer, or a fault of the peer, has ended a stream.
struct StreamEnd {
  CloseReason reason;
  absl::StatusCode code = absl::StatusCode::kOk;    // as gRPC's metrics count it
  std::optional<StreamLimit> limit = std::nullopt;  // that the peer has exceeded
};

// No I/O; not thread-safe. Times are monotonic.
class GrpcStream : private Http2Session::Events {
 public:
  virtual ~GrpcStream();
  GrpcStream(const GrpcStream&) = delete;
  GrpcStream& operator=(const GrpcStream&) = delete;

  // Takes what the peer has sent. Afterwards there may be messages, an end, and bytes to give.
  void Take(std::string_view bytes, int64_t now_ns);
  // Returns the next message that the peer has sent; it is valid until the next call of Take.
  // nullopt: there is none yet, or the stream has ended.
  std::optional<std::string_view> NextMessage();
  // The stream's end, once all its messages have been returned. Never changes afterwards.
  const std::optional<StreamEnd>& end() const { return end_; }

  // Appends to `out` what is to be sent to the peer, until `out` has `enough` bytes or a frame
  // more, or the peer's windows are full.
  void Give(std::string& out, size_t enough);

  // Returns an empty buffer, to which the caller appends one message before it calls Send. REQUIRES
  // (both): sent().
  std::string& BeginMessage();
  void Send();
  // Returns true if the last message has been given entirely.
  bool sent() const { return message_.size() == given_; }
  // Returns true if the peer has proved that it speaks HTTP/2.
  bool settled() const { return settled_; }
  // Returns true if the connection must be closed once everything has been given.
  bool closing() const { return closing_; }

  // Ends the stream and the connection, because their owner wants no more of them.
  void Abort();

 protected:
  using Fields = Http2Session::Fields;
  using Role = Http2Session::Role;

  GrpcStream(Role role, size_t max_message_bytes);

  // Bytes are about to be read, the first `all` of the connection with these.
  virtual void OnBytes(std::string_view bytes, uint64_t all) = 0;
  // A header field, and the end of a block of them. `last`: nothing follows on the stream.
  virtual void OnCallField(std::string_view name, std::string_view value) = 0;
  virtual void OnCallFields(bool last) = 0;
  // The peer has ended its part of the stream with a message, not with fields.
  virtual void OnPeerDone() = 0;
  // A message of the peer cannot be read.
  virtual void OnUnreadable(MessageReader::Fault fault) = 0;
  // Send is about to send a message.
  virtual void OnSend() {}

  // Submit the fields of the stream: those at its beginning (of the response, `last` means that
  // nothing follows), and those after the server's last message.
  void SubmitRequest(const Fields& fields);
  void SubmitResponse(const Fields& fields, bool last);
  void SubmitTrailers(Fields fields);

  // The stream has ended; only the first end counts. Messages that came before are still returned.
  void End(CloseReason reason, absl::StatusCode code,
           std::optional<StreamLimit> limit = std::nullopt);
  // Ends the stream, and then the connection with HTTP/2's `error`, e.g. NGHTTP2_PROTOCOL_ERROR.
  void Fail(CloseReason reason, absl::StatusCode code, uint32_t error);
  void FailOver(StreamLimit limit);
  void Close(uint32_t error);

  // The reason if the peer has made a mistake in HTTP/2 itself.
  static CloseReason BrokenRules();

  bool ended() const { return pending_end_.has_value(); }
  void SetMaxMessageBytes(size_t bytes) { reader_.SetMaxBytes(bytes); }

 private:
  // Http2Session::Events
  void OnFrameBegun(const nghttp2_frame_hd& header) override;
  void OnField(std::string_view name, std::string_view value) override;
  void OnData(std::string_view bytes) override;
  void OnFrame(const nghttp2_frame& frame) override;
  void OnFieldsSent(bool last) override;
  void OnStreamClosed(int32_t stream, uint32_t error) override;
  size_t UnsentBytes() const override { return message_.size() - given_; }
  std::optional<Fields> Trailers() override { return trailers_; }
  bool GiveData(std::string_view header, size_t size) override;

  const Role role_;
  Http2Session session_;
  int32_t stream_id_ = -1;

  // What comes in.
  int64_t now_ns_ = 0;
  uint64_t bytes_taken_ = 0;
  size_t header_bytes_ = 0;  // of the block that is being read
  ControlFrameBudget control_frames_;
  MessageReader reader_;
  std::optional<StreamEnd> pending_end_;  // becomes end_ after the last message
  std::optional<StreamEnd> end_;
  bool settled_ = false;
  bool closing_ = false;

  // What goes out.
  std::string message_;  // with its prefix
  size_t given_ = 0;     // bytes of message_
  std::optional<Fields> trailers_;
  std::string* out_ = nullptr;  // of the present call of Give
  size_t enough_ = 0;
};

}  // namespace proxyherd::peer
