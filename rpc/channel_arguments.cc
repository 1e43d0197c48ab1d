#include "rpc/channel_arguments.h"

#include <grpcpp/grpcpp.h>

#include "base/env.h"

namespace proxyherd::rpc {

grpc::ChannelArguments MakeChannelArguments(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  const auto set_if_given = [&arguments](const char* name, int64_t value) {
    if (value != 0) arguments.SetInt(name, static_cast<int>(value));
  };
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (options.is_separate) arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (options.has_fixed_window) arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  set_if_given(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, options.window_bytes);
  set_if_given(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, options.max_answer_bytes);
  set_if_given(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, options.first_backoff_ns / kMillisecond);
  set_if_given(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, options.min_backoff_ns / kMillisecond);
  set_if_given(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, options.max_backoff_ns / kMillisecond);
  return arguments;
}

}  // namespace proxyherd::rpc
