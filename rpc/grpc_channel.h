// How herdctl connects to gRPC servers.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace proxyherd {

// A plaintext channel that tries again soon (a herd that starts should not be waited for longer
// than it takes) and that no proxy of the environment comes between.
std::shared_ptr<grpc::Channel> MakeToolChannel(const std::string& address);

}  // namespace proxyherd
