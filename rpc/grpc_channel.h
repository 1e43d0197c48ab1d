// The channels of herdctl to gRPC servers.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace proxyherd::rpc {

// Makes a plaintext channel that reconnects quickly, so that waiting for a starting herd adds no
// delay, and that ignores proxies from the environment.
std::shared_ptr<grpc::Channel> MakeToolChannel(const std::string& address);

}  // namespace proxyherd::rpc
