// The dialled end of a gRPC stream.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "peer/http2/grpc_stream.h"

namespace proxyherd::peer {

// See GrpcStream. Until SetGreeted the peer may send little, see kMaxGreetingBytes.
class GrpcServerStream final : public GrpcStream {
 public:
  // Serves `path`, e.g. "/package.Service/Method"; other paths are answered with UNIMPLEMENTED.
  explicit GrpcServerStream(std::string_view path);

  // Returns true once the peer has called the path correctly; never becomes false again.
  bool called() const { return called_; }
  // The time that the peer gives the call; nullopt: any. REQUIRES: called().
  std::optional<int64_t> timeout_ns() const {
    assert(called_);
    return timeout_ns_;
  }
  // The peer is known now: its messages may have `max_message_bytes`.
  void SetGreeted(size_t max_message_bytes);
  // Ends the stream with a status, after the message that is being sent, and then the connection.
  // `newer_epoch_ns`: see kNewerEpochKey; 0: none. Only the first call has an effect. REQUIRES:
  // called().
  void Finish(const absl::Status& status, uint64_t newer_epoch_ns);

 private:
  void OnBytes(std::string_view bytes, uint64_t all) override;
  void OnCallField(std::string_view name, std::string_view value) override;
  void OnCallFields(bool last) override;
  void OnPeerDone() override;
  void OnUnreadable(MessageReader::Fault fault) override;
  void OnSend() override;

  // Returns why the request's fields are no call of the path; OK if they are.
  absl::Status CheckCall() const;
  void Refuse(const absl::Status& status);
  void SubmitStatus(const absl::Status& status, uint64_t newer_epoch_ns);

  const std::string path_;
  bool greeted_ = false;
  bool called_ = false;
  bool answering_ = false;  // the answer's first fields are submitted
  bool finished_ = false;

  // Of the request's fields.
  std::string method_;
  std::string called_path_;
  bool is_grpc_ = false;
  bool takes_trailers_ = false;
  bool bad_timeout_ = false;
  std::optional<int64_t> timeout_ns_;
};

}  // namespace proxyherd::peer
