// Makes the arguments of gRPC channels, for all clients.
#pragma once

#include <grpcpp/support/channel_arguments.h>

#include <cstdint>

namespace proxyherd::rpc {

// 0 always means gRPC's default.
struct ChannelOptions {
  // If true, the channel shares no connection, back-off or resolved names with others to its
  // address.
  bool is_separate = false;
  // If false, gRPC measures the best window, with a ping for each message after a pause.
  bool has_fixed_window = false;
  int window_bytes = 0;
  int max_answer_bytes = 0;
  // Waits between two attempts to connect, at least a millisecond each.
  int64_t first_backoff_ns = 0;
  int64_t min_backoff_ns = 0;  // also the connect time-out
  int64_t max_backoff_ns = 0;
};

// The environment's HTTP proxy is never used: it is not for members of a herd.
grpc::ChannelArguments MakeChannelArguments(const ChannelOptions& options);

}  // namespace proxyherd::rpc
