// Channels whose calls are counted in the metrics.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "rpc/grpc_metrics.h"

namespace proxyherd {

// Returns a function that makes a channel to an address, "host:port". Plaintext; see RpcServer.
// `metrics` must outlive the function.
inline std::function<std::shared_ptr<grpc::Channel>(const std::string&,
                                                    const grpc::ChannelArguments&)>
CountedChannels(const ClientMetrics& metrics) {
  return [&metrics](const std::string& address, const grpc::ChannelArguments& arguments) {
    return grpc::experimental::CreateCustomChannelWithInterceptors(
        address, grpc::InsecureChannelCredentials(), arguments, metrics.MakeInterceptors());
  };
}

}  // namespace proxyherd
