// nghttp2 reports its events during Take and Give. They are only noted, and frames submitted;
// messages are handed out afterwards, by NextMessage. So no call of nghttp2 ever reaches the owner
// of a stream.
#include "peer/http2/grpc_stream.h"

#include <cassert>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "peer/http2/grpc_text.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {
namespace {

// HTTP/2 counts this for each header field besides its name and value.
constexpr size_t kFieldOverheadBytes = 32;

CloseReason ReasonOfReset(uint32_t error) {
  if (error == NGHTTP2_NO_ERROR || error == NGHTTP2_CANCEL) {
    return {CloseKind::kBroken, "the stream was cancelled"};
  }
  return {CloseKind::kBroken,
          absl::StrCat("the stream was reset: ", nghttp2_http2_strerror(error))};
}

}  // namespace

GrpcStream::GrpcStream(Role role, size_t max_message_bytes)
    : role_(role), session_(role, *this), reader_(max_message_bytes) {
  std::vector<nghttp2_settings_entry> settings = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kLinkWindowBytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxHeaderBytes}};
  if (role == Role::kClient) {
    settings.push_back({NGHTTP2_SETTINGS_ENABLE_PUSH, 0});
  } else {
    settings.push_back({NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1});
  }
  session_.SubmitSettings(settings);
  session_.SetWindow(kLinkWindowBytes);
}

GrpcStream::~GrpcStream() = default;

void GrpcStream::Take(std::string_view bytes, int64_t now_ns) {
  if (closing_) return;
  now_ns_ = now_ns;
  bytes_taken_ += bytes.size();
  OnBytes(bytes, bytes_taken_);
  if (closing_) return;
  switch (session_.Receive(bytes)) {
    case Http2Session::Received::kAll:
      break;
    case Http2Session::Received::kBroken:
      return Fail(BrokenRules(), absl::StatusCode::kInternal, NGHTTP2_PROTOCOL_ERROR);
    case Http2Session::Received::kFlooded:
      return FailOver(StreamLimit::kControlFrames);
  }
}

void GrpcStream::OnFrameBegun(const nghttp2_frame_hd& header) {
  const bool carries_data = header.type == NGHTTP2_DATA && header.length > 0;
  if (!carries_data && !control_frames_.Take(now_ns_)) FailOver(StreamLimit::kControlFrames);
  // A client refuses these by its settings, but a server may not have read them.
  if (header.type == NGHTTP2_PUSH_PROMISE) return FailOver(StreamLimit::kStreams);
  if (role_ != Role::kServer || header.type != NGHTTP2_HEADERS) return;
  if (stream_id_ < 0) stream_id_ = header.stream_id;
  if (stream_id_ != header.stream_id) FailOver(StreamLimit::kStreams);
}

void GrpcStream::OnField(std::string_view name, std::string_view value) {
  header_bytes_ += name.size() + value.size() + kFieldOverheadBytes;
  if (header_bytes_ > kMaxHeaderBytes) return FailOver(StreamLimit::kHeaderBytes);
  if (!ended()) OnCallField(name, value);
}

void GrpcStream::OnData(std::string_view bytes) {
  if (!ended()) reader_.Add(bytes);
}

void GrpcStream::OnFrame(const nghttp2_frame& frame) {
  const bool last = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (frame.hd.type) {
    case NGHTTP2_SETTINGS:
      if ((frame.hd.flags & NGHTTP2_FLAG_ACK) == 0) settled_ = true;
      break;
    case NGHTTP2_HEADERS:
      header_bytes_ = 0;
      if (!ended()) OnCallFields(last);
      break;
    case NGHTTP2_DATA:
      if (last && !ended()) OnPeerDone();
      break;
    case NGHTTP2_RST_STREAM:
      End(ReasonOfReset(frame.rst_stream.error_code),
          CodeOfHttp2Error(frame.rst_stream.error_code));
      break;
    case NGHTTP2_GOAWAY:
      Fail({CloseKind::kBroken, "connection closed"}, absl::StatusCode::kUnavailable,
           NGHTTP2_NO_ERROR);
      break;
    default:
      break;
  }
}

void GrpcStream::OnFieldsSent(bool last) {
  if (role_ == Role::kServer && last) Close(NGHTTP2_NO_ERROR);
}

void GrpcStream::OnStreamClosed(int32_t stream, uint32_t error) {
  if (stream != stream_id_) return;
  // Whatever else ends a stream was noted before, when its frame came.
  if (!ended()) End(BrokenRules(), CodeOfHttp2Error(error));
  Close(NGHTTP2_NO_ERROR);
}

std::optional<std::string_view> GrpcStream::NextMessage() {
  const std::optional<std::string_view> message = reader_.Next();
  if (const size_t consumed = reader_.TakeConsumed(); consumed > 0 && !closing_) {
    session_.Consume(stream_id_, consumed);
  }
  if (message.has_value()) return message;
  if (!ended() && reader_.fault() != MessageReader::Fault::kNone) OnUnreadable(reader_.fault());
  if (ended() && !end_.has_value()) end_ = pending_end_;
  return std::nullopt;
}

void GrpcStream::Give(std::string& out, size_t enough) {
  out_ = &out;
  enough_ = enough;
  while (out.size() < enough) {
    const std::string_view bytes = session_.Give();
    if (bytes.empty()) break;
    out.append(bytes);
  }
  out_ = nullptr;
  // After a fault of the peer nghttp2 sends its own GOAWAY.
  if (!closing_ && !session_.open()) {
    Fail(BrokenRules(), absl::StatusCode::kInternal, NGHTTP2_PROTOCOL_ERROR);
  }
}

bool GrpcStream::GiveData(std::string_view header, size_t size) {
  assert(out_ != nullptr && size <= UnsentBytes());
  if (out_->size() >= enough_) return false;
  out_->append(header);
  out_->append(message_, given_, size);
  given_ += size;
  return true;
}

std::string& GrpcStream::BeginMessage() {
  assert(sent());
  message_.assign(kGrpcPrefixBytes, '\0');
  given_ = message_.size();
  return message_;
}

void GrpcStream::Send() {
  assert(given_ == kGrpcPrefixBytes && message_.size() >= kGrpcPrefixBytes);
  WriteGrpcPrefix(message_.data(), message_.size() - kGrpcPrefixBytes);
  given_ = 0;
  OnSend();
  session_.Resume(stream_id_);
}

void GrpcStream::SubmitRequest(const Fields& fields) {
  stream_id_ = session_.SubmitRequest(fields);
}

void GrpcStream::SubmitResponse(const Fields& fields, bool last) {
  session_.SubmitResponse(stream_id_, fields, last);
}

void GrpcStream::SubmitTrailers(Fields fields) {
  trailers_ = std::move(fields);
  session_.Resume(stream_id_);
}

CloseReason GrpcStream::BrokenRules() {
  return {CloseKind::kUnexpected, "the other end broke the rules of HTTP/2"};
}

void GrpcStream::End(CloseReason reason, absl::StatusCode code, std::optional<StreamLimit> limit) {
  if (!ended()) pending_end_.emplace(StreamEnd{std::move(reason), code, limit});
}

void GrpcStream::Fail(CloseReason reason, absl::StatusCode code, uint32_t error) {
  End(std::move(reason), code);
  Close(error);
}

void GrpcStream::FailOver(StreamLimit limit) {
  End({CloseKind::kOverLimit,
       absl::StrCat("the other end exceeds the limit ", ToAbsl(NameOf(limit)), " of a connection")},
      absl::StatusCode::kResourceExhausted, limit);
  Close(NGHTTP2_ENHANCE_YOUR_CALM);
}

void GrpcStream::Close(uint32_t error) {
  if (!std::exchange(closing_, true)) session_.Terminate(error);
}

// Without GOAWAY, which would come before the reset: the socket is closed next.
void GrpcStream::Abort() {
  if (std::exchange(closing_, true) || stream_id_ < 0) return;
  session_.SubmitReset(stream_id_, NGHTTP2_CANCEL);
}

}  // namespace proxyherd::peer
