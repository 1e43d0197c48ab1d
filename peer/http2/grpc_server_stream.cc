#include "peer/http2/grpc_server_stream.h"

#include <cassert>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"
#include "peer/http2/grpc_text.h"

namespace proxyherd::peer {
namespace {

// The fields with which every answer of gRPC begins.
Http2Session::Fields AnswerFields() {
  return {{":status", "200"},
          {"content-type", std::string(kGrpcContentType)},
          {"grpc-accept-encoding", "identity"}};
}

}  // namespace

GrpcServerStream::GrpcServerStream(std::string_view path)
    : GrpcStream(Role::kServer, kMaxGreetingMessageBytes), path_(path) {}

void GrpcServerStream::SetGreeted(size_t max_message_bytes) {
  greeted_ = true;
  SetMaxMessageBytes(max_message_bytes);
}

void GrpcServerStream::OnBytes(std::string_view /*bytes*/, uint64_t all) {
  if (!greeted_ && all > kMaxGreetingBytes) FailOver(StreamLimit::kGreetingBytes);
}

void GrpcServerStream::OnCallField(std::string_view name, std::string_view value) {
  if (called_) return;  // fields after the messages say nothing
  if (name == ":method") {
    method_ = value;
  } else if (name == ":path") {
    called_path_ = value;
  } else if (name == "content-type") {
    is_grpc_ = IsGrpc(value);
  } else if (name == "te") {
    takes_trailers_ = value == "trailers";
  } else if (name == "grpc-timeout") {
    timeout_ns_ = ParseGrpcTimeout(value);
    bad_timeout_ = !timeout_ns_.has_value();
  }
}

absl::Status GrpcServerStream::CheckCall() const {
  if (called_path_ != path_) {
    return absl::UnimplementedError(
        absl::StrCat("this port serves only ", path_, "; other methods have a port of their own"));
  }
  if (!takes_trailers_) return absl::InternalError("the field te: trailers is missing");
  if (bad_timeout_) return absl::InternalError("malformed grpc-timeout");
  return absl::OkStatus();
}

void GrpcServerStream::OnCallFields(bool last) {
  if (called_) {
    if (last) OnPeerDone();
    return;
  }
  if (method_ != "POST" || !is_grpc_) {
    End({CloseKind::kNotALink, "the other end does not speak gRPC"},
        absl::StatusCode::kInvalidArgument);
    return SubmitResponse({{":status", method_ != "POST" ? "405" : "415"}}, true);
  }
  if (const absl::Status status = CheckCall(); !status.ok()) return Refuse(status);
  called_ = true;
  if (last) OnPeerDone();
}

void GrpcServerStream::Refuse(const absl::Status& status) {
  End({CloseKind::kNotALink, std::string(status.message())}, status.code());
  SubmitStatus(status, 0);
}

void GrpcServerStream::OnPeerDone() {
  End({CloseKind::kEnded, "the neighbour ended the stream"}, absl::StatusCode::kOk);
}

void GrpcServerStream::OnUnreadable(MessageReader::Fault fault) {
  if (fault == MessageReader::Fault::kTooLarge) {
    const absl::Status status = absl::ResourceExhaustedError("the message is too long");
    End({CloseKind::kOverLimit, std::string(status.message())}, status.code(),
        StreamLimit::kMessageBytes);
    return SubmitStatus(status, 0);
  }
  const absl::Status status = fault == MessageReader::Fault::kCompressed
                                  ? absl::UnimplementedError("compressed messages are not taken")
                                  : absl::InternalError("the message has an unknown flag");
  End({CloseKind::kUnexpected, std::string(status.message())}, status.code());
  SubmitStatus(status, 0);
}

void GrpcServerStream::OnSend() {
  if (std::exchange(answering_, true)) return;
  SubmitResponse(AnswerFields(), false);
}

void GrpcServerStream::Finish(const absl::Status& status, uint64_t newer_epoch_ns) {
  assert(called_);
  SubmitStatus(status, newer_epoch_ns);
}

void GrpcServerStream::SubmitStatus(const absl::Status& status, uint64_t newer_epoch_ns) {
  if (std::exchange(finished_, true)) return;
  Fields fields = answering_ ? Fields() : AnswerFields();
  fields.emplace_back("grpc-status", absl::StrCat(status.raw_code()));
  if (!status.message().empty()) {
    fields.emplace_back("grpc-message", EncodeGrpcMessage(FromAbsl(status.message())));
  }
  if (newer_epoch_ns != 0) fields.emplace_back(kNewerEpochKey, absl::StrCat(newer_epoch_ns));
  if (answering_) {
    SubmitTrailers(std::move(fields));
  } else {
    SubmitResponse(fields, true);
  }
}

}  // namespace proxyherd::peer
