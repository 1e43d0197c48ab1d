#include "peer/http2/grpc_client_stream.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "peer/http2/grpc_text.h"

namespace proxyherd::peer {
namespace {

constexpr int kHttpOk = 200;

// HTTP/2 begins with a SETTINGS frame of stream 0: three bytes of length, type, flags, stream.
constexpr size_t kFrameHeaderBytes = 9;
constexpr size_t kTypeAt = 3;

bool IsFirstFrame(std::string_view header) {
  const bool stream_is_0 = header.substr(kTypeAt + 2) == std::string_view("\0\0\0\0", 4);
  return header[kTypeAt] == NGHTTP2_SETTINGS && stream_is_0;
}

}  // namespace

GrpcClientStream::GrpcClientStream(std::string_view path, std::string_view authority,
                                   size_t max_message_bytes)
    : GrpcStream(Role::kClient, max_message_bytes) {
  SubmitRequest({{":method", "POST"},
                 {":scheme", "http"},
                 {":path", std::string(path)},
                 {":authority", std::string(authority)},
                 {"te", "trailers"},
                 {"content-type", std::string(kGrpcContentType)},
                 {"grpc-accept-encoding", "identity"}});
}

void GrpcClientStream::OnBytes(std::string_view bytes, uint64_t /*all*/) {
  if (first_known_) return;
  first_.append(bytes.substr(0, kFrameHeaderBytes - first_.size()));
  if (absl::StartsWith(first_, "HTTP/")) {
    FailNoLink("its port speaks HTTP/1, not gRPC");
  } else if (first_.size() == kFrameHeaderBytes) {
    first_known_ = true;
    if (!IsFirstFrame(first_)) FailNoLink("its port does not speak HTTP/2");
  }
}

void GrpcClientStream::FailNoLink(std::string text) {
  Fail({CloseKind::kNotALink, std::move(text)}, absl::StatusCode::kUnavailable,
       NGHTTP2_PROTOCOL_ERROR);
}

void GrpcClientStream::OnCallField(std::string_view name, std::string_view value) {
  if (name == ":status") {
    if (!absl::SimpleAtoi(ToAbsl(value), &http_status_)) http_status_ = 0;
  } else if (name == "content-type") {
    is_grpc_ = IsGrpc(value);
  } else if (name == "grpc-status") {
    code_ = ParseGrpcStatus(value);
  } else if (name == "grpc-message") {
    message_ = DecodeGrpcMessage(value);
  } else if (name == kNewerEpochKey) {
    if (!absl::SimpleAtoi(ToAbsl(value), &newer_epoch_ns_)) newer_epoch_ns_ = 0;
  }
}

void GrpcClientStream::OnCallFields(bool last) {
  // An interim answer comes before the real one.
  if (!last && http_status_ / 100 == 1) return;
  if (last && code_.has_value()) {
    End(ReasonOfCall(absl::Status(*code_, message_), newer_epoch_ns_), *code_);
    return Close(NGHTTP2_NO_ERROR);
  }
  if (http_status_ != kHttpOk || !is_grpc_) {
    return FailNoLink(
        absl::StrCat("its port answers with HTTP status ", http_status_, ", not with gRPC"));
  }
  if (last) OnPeerDone();
}

void GrpcClientStream::OnPeerDone() {
  Fail({CloseKind::kBroken, "the stream ended without a status"}, absl::StatusCode::kUnknown,
       NGHTTP2_PROTOCOL_ERROR);
}

void GrpcClientStream::OnUnreadable(MessageReader::Fault fault) {
  if (fault == MessageReader::Fault::kTooLarge) return FailOver(StreamLimit::kMessageBytes);
  Fail({CloseKind::kUnexpected, "the other end sent a compressed or malformed message"},
       absl::StatusCode::kInternal, NGHTTP2_PROTOCOL_ERROR);
}

}  // namespace proxyherd::peer
