// Makes the channels of searches and tools.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "rpc/grpc_metrics.h"

namespace proxyherd::rpc {

// Makes a channel to `address`, "host:port", with at least the given arguments. The factory adds
// credentials and interceptors.
using ChannelFactory = std::function<std::shared_ptr<grpc::Channel>(
    const std::string& address, const grpc::ChannelArguments& arguments)>;

// A ChannelFactory without metrics. Plaintext; see RpcServer.
inline std::shared_ptr<grpc::Channel> MakePlainChannel(const std::string& address,
                                                       const grpc::ChannelArguments& arguments) {
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// Returns a factory whose channels count calls in `metrics`, which must outlive it. Plaintext.
inline ChannelFactory CountedChannels(const ClientMetrics& metrics) {
  return [&metrics](const std::string& address, const grpc::ChannelArguments& arguments) {
    return grpc::experimental::CreateCustomChannelWithInterceptors(
        address, grpc::InsecureChannelCredentials(), arguments, metrics.MakeInterceptors());
  };
}

}  // namespace proxyherd::rpc
