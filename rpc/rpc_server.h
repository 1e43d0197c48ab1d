// A gRPC server as both binaries run it: health per service, reflection, metrics, limits.
#pragma once

#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace proxyherd {

struct RpcServerOptions {
  std::string address;  // to listen on
  uint16_t port = 0;
  // Threads for services of gRPC's sync API; 0: only those of reflection are needed.
  int sync_threads = 0;
  // Memory that gRPC may use for all calls together; a client that sends much and reads nothing is
  // slowed down instead of eating the node. What the system buffers for connections is not in it.
  uint64_t memory_bytes = uint64_t{256} << 20;
  // Bytes that a stream's sender may have in flight. Fixed, because gRPC would find out how many
  // are best by a ping for each message that comes after a pause.
  int window_bytes = 512 << 10;
};

// Plaintext: what listens on another address than loopback belongs on a private network.
class RpcServer {
 public:
  // A request's size. A link's largest batch has some 550 KiB, with the longest names of as many
  // nodes as it may name; what is not read as a whole costs nothing to refuse.
  static constexpr int kMaxMessageBytes = 1 << 20;
  // Calls at a time on one connection; a neighbour needs one, a person's tools a few.
  static constexpr int kMaxStreamsPerConnection = 100;

  // Starts with `service`, whose full name is `service_name`, as NOT_SERVING in health. UNAVAILABLE
  // when it cannot listen. `service` and `registry` must outlive the server.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const RpcServerOptions& options,
                                                          const std::string& service_name,
                                                          grpc::Service& service,
                                                          prometheus::Registry& registry);
  // REQUIRES: Shutdown was called.
  ~RpcServer();

  void SetServing(bool serving);
  // The same for a part of the service, which health knows as "SERVICE_NAME/PART".
  void SetServing(const std::string& part, bool serving);

  // Health says NOT_SERVING for everything from here on, for ever.
  void Drain();
  // Takes no new calls, waits this long for open ones, then cancels them; returns when all are
  // gone.
  void Shutdown(int64_t grace_ns);

 private:
  RpcServer(std::string service_name, std::unique_ptr<grpc::Server> server);

  const std::string service_name_;
  const std::unique_ptr<grpc::Server> server_;
};

}  // namespace proxyherd
