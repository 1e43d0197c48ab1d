// The gRPC server of both binaries, with health per service, reflection, metrics and limits.
#pragma once

#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace proxyherd::rpc {

struct RpcServerOptions {
  std::string address;  // to listen on
  uint16_t port = 0;
  // Threads for services that use gRPC's sync API; 0: only those of reflection.
  int sync_threads = 0;
  // Memory that gRPC may use for all calls together; beyond that, gRPC slows down clients that send
  // much but read nothing. The system's socket buffers are not included.
  uint64_t memory_bytes = uint64_t{256} << 20;
  // Bytes that a stream's sender may have in flight. Fixed, because gRPC would measure the best
  // value with a ping for each message after a pause.
  int window_bytes = 512 << 10;
};

// Thread-safe, except Shutdown. Plaintext: an address other than loopback belongs on a private
// network.
class RpcServer {
 public:
  // Maximum size of a request. Larger ones are refused unread. The largest batch of a link has some
  // 550 KiB, if it names the maximum number of nodes, with the longest names.
  static constexpr int kMaxMessageBytes = 1 << 20;
  // Concurrent calls per connection; a neighbour needs one, tools a few.
  static constexpr int kMaxStreamsPerConnection = 100;

  // Starts the server; `service`, whose full name is `service_name`, is NOT_SERVING in health at
  // first. UNAVAILABLE if it cannot listen. `service` and `registry` must outlive the server.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const RpcServerOptions& options,
                                                          const std::string& service_name,
                                                          grpc::Service& service,
                                                          prometheus::Registry& registry);
  // REQUIRES: Shutdown was called.
  ~RpcServer();

  void SetServing(bool serving);
  // The same for a part of the service, named "SERVICE_NAME/PART" in health.
  void SetServing(const std::string& part, bool serving);

  // Permanently sets health to NOT_SERVING for everything.
  void Drain();
  // Refuses new calls, waits `grace_ns` for open ones, then cancels them; returns when all have
  // ended.
  void Shutdown(int64_t grace_ns);

 private:
  RpcServer(std::string service_name, std::unique_ptr<grpc::Server> server);

  const std::string service_name_;
  const std::unique_ptr<grpc::Server> server_;
  bool is_shut_down_ = false;
};

}  // namespace proxyherd::rpc
