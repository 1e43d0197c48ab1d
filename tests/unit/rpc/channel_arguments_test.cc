// Tests that the options of channels reach gRPC, and that nothing else does.
#include "rpc/channel_arguments.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace proxyherd::rpc {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

// Returns the integers among the arguments; gRPC adds its name as a string.
std::map<std::string, int> Integers(const ChannelOptions& options) {
  const grpc::ChannelArguments arguments = MakeChannelArguments(options);
  const grpc_channel_args all = arguments.c_channel_args();
  std::map<std::string, int> integers;
  for (size_t i = 0; i < all.num_args; ++i) {
    const grpc_arg& one = all.args[i];
    if (one.type == GRPC_ARG_INTEGER) integers[one.key] = one.value.integer;
  }
  return integers;
}

TEST(ChannelArgumentsTest, NoProxyAndElseTheDefaults) {
  EXPECT_THAT(Integers({}), UnorderedElementsAre(Pair(GRPC_ARG_ENABLE_HTTP_PROXY, 0)));
}

TEST(ChannelArgumentsTest, EachOptionIsSet) {
  ChannelOptions options;
  options.is_separate = true;
  options.has_fixed_window = true;
  options.window_bytes = 1000;
  options.max_answer_bytes = 2000;
  options.first_backoff_ns = 3'999'999;
  options.min_backoff_ns = 4'000'000;
  options.max_backoff_ns = 5'000'000'000;
  EXPECT_THAT(Integers(options),
              UnorderedElementsAre(Pair(GRPC_ARG_ENABLE_HTTP_PROXY, 0),
                                   Pair(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1),
                                   Pair(GRPC_ARG_HTTP2_BDP_PROBE, 0),
                                   Pair(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 1000),
                                   Pair(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, 2000),
                                   Pair(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 3),
                                   Pair(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 4),
                                   Pair(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000)));
}

}  // namespace
}  // namespace proxyherd::rpc
