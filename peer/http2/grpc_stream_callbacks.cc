#include "peer/http2/grpc_stream_callbacks.h"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "peer/http2/grpc_text.h"
#include "peer/http2/http2_fields.h"

namespace proxyherd::peer {
namespace {

constexpr size_t kFrameHeaderBytes = 9;

// HTTP/2 counts this for each header field besides its name and value.
constexpr size_t kFieldOverheadBytes = 32;

std::string_view View(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

CloseReason ReasonOfReset(uint32_t error) {
  if (error == NGHTTP2_NO_ERROR || error == NGHTTP2_CANCEL) {
    return {CloseKind::kBroken, "the stream was cancelled"};
  }
  return {CloseKind::kBroken,
          absl::StrCat("the stream was reset: ", nghttp2_http2_strerror(error))};
}

}  // namespace

int GrpcStream::Callbacks::OnBeginFrame(nghttp2_session* /*session*/, const nghttp2_frame_hd* frame,
                                        void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  const bool carries_data = frame->type == NGHTTP2_DATA && frame->length > 0;
  if (!carries_data && !self.control_frames_.Take(self.now_ns_)) {
    self.FailOver(StreamLimit::kControlFrames);
  }
  if (self.role_ == Role::kServer && frame->type == NGHTTP2_HEADERS) {
    if (self.stream_id_ < 0) self.stream_id_ = frame->stream_id;
    if (self.stream_id_ != frame->stream_id) self.FailOver(StreamLimit::kStreams);
  }
  return 0;
}

int GrpcStream::Callbacks::OnHeader(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/,
                                    const uint8_t* name, size_t name_size, const uint8_t* value,
                                    size_t value_size, uint8_t /*flags*/, void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  self.header_bytes_ += name_size + value_size + kFieldOverheadBytes;
  if (self.header_bytes_ > kMaxHeaderBytes) {
    self.FailOver(StreamLimit::kHeaderBytes);
  } else if (!self.ended()) {
    self.OnField(View(name, name_size), View(value, value_size));
  }
  return 0;
}

int GrpcStream::Callbacks::OnData(nghttp2_session* /*session*/, uint8_t /*flags*/,
                                  int32_t /*stream_id*/, const uint8_t* data, size_t size,
                                  void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  if (!self.ended()) self.reader_.Add(View(data, size));
  return 0;
}

int GrpcStream::Callbacks::OnFrame(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                   void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  const bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) self.settled_ = true;
      break;
    case NGHTTP2_HEADERS:
      self.header_bytes_ = 0;
      if (!self.ended()) self.OnFields(last);
      break;
    case NGHTTP2_DATA:
      if (last && !self.ended()) self.OnPeerDone();
      break;
    case NGHTTP2_RST_STREAM:
      self.End(ReasonOfReset(frame->rst_stream.error_code),
               CodeOfHttp2Error(frame->rst_stream.error_code));
      break;
    case NGHTTP2_GOAWAY:
      self.Fail({CloseKind::kBroken, "connection closed"}, absl::StatusCode::kUnavailable,
                NGHTTP2_NO_ERROR);
      break;
    default:
      break;
  }
  return 0;
}

int GrpcStream::Callbacks::OnFrameSent(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                       void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  const bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (self.role_ == Role::kServer && frame->hd.type == NGHTTP2_HEADERS && last) {
    self.Close(NGHTTP2_NO_ERROR);
  }
  return 0;
}

int GrpcStream::Callbacks::OnStreamClose(nghttp2_session* /*session*/, int32_t stream_id,
                                         uint32_t error, void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  if (stream_id != self.stream_id_) return 0;
  // Anything else that ends a stream was noted before, when its frame came.
  if (self.ended()) {
    self.Close(NGHTTP2_NO_ERROR);
  } else {
    self.Fail(self.BrokenRules(), CodeOfHttp2Error(error), error);
  }
  return 0;
}

ssize_t GrpcStream::Callbacks::Read(nghttp2_session* session, int32_t stream_id,
                                    uint8_t* /*buffer*/, size_t room, uint32_t* flags,
                                    nghttp2_data_source* /*source*/, void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  if (!self.sent()) {
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    return static_cast<ssize_t>(std::min(room, self.message_.size() - self.given_));
  }
  if (!self.trailers_.has_value()) return NGHTTP2_ERR_DEFERRED;
  *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
  const std::vector<nghttp2_nv> fields = ToNvs(*self.trailers_);
  return nghttp2_submit_trailer(session, stream_id, fields.data(), fields.size());
}

int GrpcStream::Callbacks::SendData(nghttp2_session* /*session*/, nghttp2_frame* frame,
                                    const uint8_t* header, size_t size,
                                    nghttp2_data_source* /*source*/, void* user) {
  GrpcStream& self = *static_cast<GrpcStream*>(user);
  assert(frame->data.padlen == 0 && size <= self.message_.size() - self.given_);
  if (self.out_->size() >= self.enough_) return NGHTTP2_ERR_WOULDBLOCK;
  self.out_->append(View(header, kFrameHeaderBytes));
  self.out_->append(self.message_, self.given_, size);
  self.given_ += size;
  return 0;
}

nghttp2_session* GrpcStream::Callbacks::MakeSession(GrpcStream& self) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* option = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_option_new(&option);
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, OnBeginFrame);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, OnFrameSent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnStreamClose);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, SendData);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_session* session = nullptr;
  if (self.role_ == Role::kClient) {
    nghttp2_session_client_new2(&session, callbacks, &self, option);
  } else {
    nghttp2_session_server_new2(&session, callbacks, &self, option);
  }
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  return session;
}

}  // namespace proxyherd::peer
