// Makes the servers of measurements accept links as a node does.
#pragma once

#include <grpcpp/grpcpp.h>

#include "peer/protocol/link_timing.h"

namespace proxyherd::bench {

// Sets a fixed window, as RpcServer does.
inline void TuneForLinks(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, peer::kLinkWindowBytes);
}

}  // namespace proxyherd::bench
