// Servers of measurements that take in links as a node does.
#pragma once

#include <grpcpp/grpcpp.h>

#include "peer/protocol/link_timing.h"

namespace proxyherd::bench {

// A fixed window, as that of RpcServer.
inline void TuneForLinks(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, peer::kLinkWindowBytes);
}

}  // namespace proxyherd::bench
