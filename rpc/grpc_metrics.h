// Counts the calls of gRPC's servers and channels, for every method of the given services.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/support/client_interceptor.h>
#include <grpcpp/support/server_interceptor.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

#include "rpc/method_metrics.h"

namespace proxyherd::rpc {

// Makes interceptors that count all calls of a server. `services` are full names, e.g.
// "proxyherd.peer.v1.PeerService", whose descriptors are linked in; their methods' metrics exist
// from the start, and other methods are ignored. `registry` must outlive the interceptors.
std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
MakeServerInterceptors(prometheus::Registry& registry, const std::vector<std::string>& services);

// Makes interceptors for channels; `services` and `registry` as above. Thread-safe; cheap enough to
// call per channel.
class ClientMetrics {
 public:
  ClientMetrics(prometheus::Registry& registry, const std::vector<std::string>& services);
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
  MakeInterceptors() const;

  // For calls that are not made by gRPC.
  const MethodMetricsTable& methods() const { return *methods_; }

 private:
  const std::shared_ptr<const MethodMetricsTable> methods_;
};

}  // namespace proxyherd::rpc
