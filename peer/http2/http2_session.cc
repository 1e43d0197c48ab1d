#include "peer/http2/http2_session.h"

#include <algorithm>
#include <cassert>

namespace proxyherd::peer {
namespace {

constexpr size_t kFrameHeaderBytes = 9;

std::string_view View(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// The result points into `fields`; nghttp2 copies what it is given.
std::vector<nghttp2_nv> ToNvs(const Http2Session::Fields& fields) {
  std::vector<nghttp2_nv> nvs;
  for (const auto& [name, value] : fields) {
    nvs.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                   reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                   value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return nvs;
}

bool EndsStream(const nghttp2_frame& frame) {
  return (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

}  // namespace

// What nghttp2 calls; `user` is the Events.
struct Http2Session::Callbacks {
  static Events& Of(void* user) { return *static_cast<Events*>(user); }

  static int OnBeginFrame(nghttp2_session* /*session*/, const nghttp2_frame_hd* header,
                          void* user) {
    Of(user).OnFrameBegun(*header);
    return 0;
  }

  static int OnHeader(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/,
                      const uint8_t* name, size_t name_size, const uint8_t* value,
                      size_t value_size, uint8_t /*flags*/, void* user) {
    Of(user).OnField(View(name, name_size), View(value, value_size));
    return 0;
  }

  static int OnData(nghttp2_session* /*session*/, uint8_t /*flags*/, int32_t /*stream*/,
                    const uint8_t* data, size_t size, void* user) {
    Of(user).OnData(View(data, size));
    return 0;
  }

  static int OnFrame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
    Of(user).OnFrame(*frame);
    return 0;
  }

  static int OnFrameSent(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_HEADERS) Of(user).OnFieldsSent(EndsStream(*frame));
    return 0;
  }

  static int OnStreamClose(nghttp2_session* /*session*/, int32_t stream, uint32_t error,
                           void* user) {
    Of(user).OnStreamClosed(stream, error);
    return 0;
  }

  // Tells how many bytes go into the next DATA frame, which SendData gives.
  static ssize_t Read(nghttp2_session* session, int32_t stream, uint8_t* /*buffer*/, size_t room,
                      uint32_t* flags, nghttp2_data_source* /*source*/, void* user) {
    if (const size_t unsent = Of(user).UnsentBytes(); unsent > 0) {
      *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
      return static_cast<ssize_t>(std::min(room, unsent));
    }
    const std::optional<Fields> trailers = Of(user).Trailers();
    if (!trailers.has_value()) return NGHTTP2_ERR_DEFERRED;
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const std::vector<nghttp2_nv> nvs = ToNvs(*trailers);
    return nghttp2_submit_trailer(session, stream, nvs.data(), nvs.size());
  }

  static int SendData(nghttp2_session* /*session*/, [[maybe_unused]] nghttp2_frame* frame,
                      const uint8_t* header, size_t size, nghttp2_data_source* /*source*/,
                      void* user) {
    assert(frame->data.padlen == 0);  // no callback asks for padding
    return Of(user).GiveData(View(header, kFrameHeaderBytes), size) ? 0 : NGHTTP2_ERR_WOULDBLOCK;
  }

  static nghttp2_session* MakeSession(Role role, Events& events) {
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
    if (role == Role::kClient) {
      nghttp2_session_client_new2(&session, callbacks, &events, option);
    } else {
      nghttp2_session_server_new2(&session, callbacks, &events, option);
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return session;
  }
};

Http2Session::Http2Session(Role role, Events& events)
    : session_(Callbacks::MakeSession(role, events), nghttp2_session_del) {}

Http2Session::Received Http2Session::Receive(std::string_view bytes) {
  const auto* const data = reinterpret_cast<const uint8_t*>(bytes.data());
  const ssize_t read = nghttp2_session_mem_recv(session_.get(), data, bytes.size());
  if (read == NGHTTP2_ERR_FLOODED) return Received::kFlooded;
  return read < 0 ? Received::kBroken : Received::kAll;
}

std::string_view Http2Session::Give() {
  const uint8_t* bytes = nullptr;
  const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
  return size <= 0 ? std::string_view() : View(bytes, static_cast<size_t>(size));
}

void Http2Session::SubmitSettings(const std::vector<nghttp2_settings_entry>& settings) {
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

void Http2Session::SetWindow(int32_t bytes) {
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, bytes);
}

int32_t Http2Session::SubmitRequest(const Fields& fields) {
  const std::vector<nghttp2_nv> nvs = ToNvs(fields);
  const nghttp2_data_provider source = {{}, Callbacks::Read};
  return nghttp2_submit_request(session_.get(), nullptr, nvs.data(), nvs.size(), &source, nullptr);
}

void Http2Session::SubmitResponse(int32_t stream, const Fields& fields, bool last) {
  const std::vector<nghttp2_nv> nvs = ToNvs(fields);
  const nghttp2_data_provider source = {{}, Callbacks::Read};
  nghttp2_submit_response(session_.get(), stream, nvs.data(), nvs.size(), last ? nullptr : &source);
}

void Http2Session::SubmitReset(int32_t stream, uint32_t error) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, error);
}

void Http2Session::Terminate(uint32_t error) {
  nghttp2_session_terminate_session(session_.get(), error);
}

}  // namespace proxyherd::peer
