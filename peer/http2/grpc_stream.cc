// nghttp2 calls back during nghttp2_session_mem_recv and nghttp2_session_mem_send. The callbacks
// only note what has happened and submit frames; messages are handed out afterwards, by
// NextMessage. So no callback of nghttp2 ever reaches the owner of a stream.
#include "peer/http2/grpc_stream.h"

#include <nghttp2/nghttp2.h>

#include <cassert>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "peer/http2/grpc_stream_callbacks.h"
#include "peer/http2/http2_fields.h"
#include "peer/protocol/link_timing.h"

namespace proxyherd::peer {
namespace {

std::string_view View(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

GrpcStream::GrpcStream(Role role, size_t max_message_bytes)
    : role_(role), session_(nullptr, nghttp2_session_del), reader_(max_message_bytes) {
  session_.reset(Callbacks::MakeSession(*this));
  SubmitSettings();
}

GrpcStream::~GrpcStream() = default;

void GrpcStream::SubmitSettings() {
  std::vector<nghttp2_settings_entry> settings = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kLinkWindowBytes},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxHeaderBytes}};
  if (role_ == Role::kClient) {
    settings.push_back({NGHTTP2_SETTINGS_ENABLE_PUSH, 0});
  } else {
    settings.push_back({NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1});
  }
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, kLinkWindowBytes);
}

void GrpcStream::Take(std::string_view bytes, int64_t now_ns) {
  if (closing_) return;
  now_ns_ = now_ns;
  bytes_taken_ += bytes.size();
  OnBytes(bytes, bytes_taken_);
  if (closing_) return;
  const ssize_t taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (taken < 0) Fail(BrokenRules(), absl::StatusCode::kInternal, NGHTTP2_PROTOCOL_ERROR);
}

std::optional<std::string_view> GrpcStream::NextMessage() {
  const std::optional<std::string_view> message = reader_.Next();
  if (const size_t consumed = reader_.TakeConsumed(); consumed > 0 && !closing_) {
    nghttp2_session_consume(session_.get(), stream_id_, consumed);
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
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size <= 0) break;
    out.append(View(bytes, static_cast<size_t>(size)));
  }
  out_ = nullptr;
  // After a fault of the peer nghttp2 sends its own GOAWAY, and then wants no more.
  if (!closing_ && nghttp2_session_want_read(session_.get()) == 0) {
    Fail(BrokenRules(), absl::StatusCode::kInternal, NGHTTP2_PROTOCOL_ERROR);
  }
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
  // Fails if nothing was deferred, or the stream is gone; then there is nothing to do.
  nghttp2_session_resume_data(session_.get(), stream_id_);
}

void GrpcStream::SubmitRequest(const Fields& fields) {
  const std::vector<nghttp2_nv> nvs = ToNvs(fields);
  nghttp2_data_provider source = {{}, Callbacks::Read};
  stream_id_ =
      nghttp2_submit_request(session_.get(), nullptr, nvs.data(), nvs.size(), &source, nullptr);
}

void GrpcStream::SubmitResponse(const Fields& fields, bool last) {
  const std::vector<nghttp2_nv> nvs = ToNvs(fields);
  nghttp2_data_provider source = {{}, Callbacks::Read};
  nghttp2_submit_response(session_.get(), stream_id_, nvs.data(), nvs.size(),
                          last ? nullptr : &source);
}

void GrpcStream::SubmitTrailers(Fields fields) {
  trailers_ = std::move(fields);
  nghttp2_session_resume_data(session_.get(), stream_id_);
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
  if (std::exchange(closing_, true)) return;
  nghttp2_session_terminate_session(session_.get(), error);
}

// Without GOAWAY, which would come before the reset: the socket is closed next.
void GrpcStream::Abort() {
  if (std::exchange(closing_, true) || stream_id_ < 0) return;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream_id_, NGHTTP2_CANCEL);
}

}  // namespace proxyherd::peer
