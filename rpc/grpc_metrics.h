// The conventional gRPC metrics (grpc_server_*, grpc_client_*), which dashboards already query, for
// every method of some services.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_interceptor.h>
#include <grpcpp/support/server_interceptor.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

namespace proxyherd::rpc {

// Interceptors for all calls of a server, or of the channels that are made with them. `services`
// are full names, e.g. "proxyherd.peer.v1.PeerService", whose descriptors are linked in; their
// methods' metrics exist from the start, other methods are not counted. `registry` must outlive the
// interceptors.
std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
MakeServerInterceptors(prometheus::Registry& registry, const std::vector<std::string>& services);

class GrpcMethodTable;

// Makes factories for channels. Thread-safe; cheap enough to call per channel.
class ClientMetrics {
 public:
  ClientMetrics(prometheus::Registry& registry, const std::vector<std::string>& services);
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
  MakeInterceptors() const;

 private:
  const std::shared_ptr<const GrpcMethodTable> methods_;
};

}  // namespace proxyherd::rpc
