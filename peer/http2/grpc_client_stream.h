// The dialling end of a gRPC stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "peer/http2/grpc_stream.h"

namespace proxyherd::peer {

// See GrpcStream.
class GrpcClientStream final : public GrpcStream {
 public:
  // Calls `path`, e.g. "/package.Service/Method". `authority`: the address that was dialled.
  GrpcClientStream(std::string_view path, std::string_view authority, size_t max_message_bytes);

 private:
  void OnBytes(std::string_view bytes, uint64_t all) override;
  void OnCallField(std::string_view name, std::string_view value) override;
  void OnCallFields(bool last) override;
  void OnPeerDone() override;
  void OnUnreadable(MessageReader::Fault fault) override;

  void FailNoLink(std::string text);

  // The first bytes of the peer, until they show what it speaks.
  std::string first_;
  bool first_known_ = false;

  // Of the answer's fields.
  int http_status_ = 0;
  bool is_grpc_ = false;
  std::optional<absl::StatusCode> code_;
  std::string message_;
  uint64_t newer_epoch_ns_ = 0;
};

}  // namespace proxyherd::peer
