#include "rpc/grpc_channel.h"

#include <cstdint>

#include "base/env.h"
#include "rpc/channel_arguments.h"
#include "rpc/channel_factory.h"

namespace proxyherd::rpc {
namespace {

constexpr int64_t kFirstBackoffNs = 100 * kMillisecond;
constexpr int64_t kMaxBackoffNs = 250 * kMillisecond;

}  // namespace

std::shared_ptr<grpc::Channel> MakeToolChannel(const std::string& address) {
  ChannelOptions options;
  options.first_backoff_ns = kFirstBackoffNs;
  options.min_backoff_ns = kFirstBackoffNs;
  options.max_backoff_ns = kMaxBackoffNs;
  return MakePlainChannel(address, MakeChannelArguments(options));
}

}  // namespace proxyherd::rpc
