// What nghttp2 calls on behalf of a GrpcStream; a part of grpc_stream.cc.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>

#include "peer/http2/grpc_stream.h"

namespace proxyherd::peer {

// `user` is always the stream.
struct GrpcStream::Callbacks {
  // Returns a session that calls the functions below.
  static nghttp2_session* MakeSession(GrpcStream& self);

  // What comes in.
  static int OnBeginFrame(nghttp2_session* session, const nghttp2_frame_hd* frame, void* user);
  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t flags,
                      void* user);
  static int OnData(nghttp2_session* session, uint8_t flags, int32_t stream_id, const uint8_t* data,
                    size_t size, void* user);
  static int OnFrame(nghttp2_session* session, const nghttp2_frame* frame, void* user);

  // What goes out. Read tells how much of the message goes into the next DATA frame, which SendData
  // writes.
  static ssize_t Read(nghttp2_session* session, int32_t stream_id, uint8_t* buffer, size_t room,
                      uint32_t* flags, nghttp2_data_source* source, void* user);
  static int SendData(nghttp2_session* session, nghttp2_frame* frame, const uint8_t* header,
                      size_t size, nghttp2_data_source* source, void* user);
  static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user);

  static int OnStreamClose(nghttp2_session* session, int32_t stream_id, uint32_t error, void* user);
};

}  // namespace proxyherd::peer
