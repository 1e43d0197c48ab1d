// The gRPC stream of a LinkReceiver: accepts a neighbour's stream and turns gRPC's reactions into
// events on the links thread. Contains no logic of the links.
#pragma once

#include <grpcpp/grpcpp.h>

#include "peer/link/link_set.h"
#include "proxyherd/peer/v1/link.pb.h"
#include "runtime/serial_thread.h"

namespace proxyherd::peer {

using LinkServerReactor = grpc::ServerBidiReactor<peer::v1::LinkRequest, peer::v1::LinkResponse>;

// Returns the reactor of a new incoming stream. The reactor deletes itself when gRPC is done with
// it; until then it keeps `thread` from ending. `links` must outlive the thread.
LinkServerReactor* MakeServerStream(LinkSet& links, runtime::SerialThread& thread,
                                    grpc::CallbackServerContext& context);

}  // namespace proxyherd::peer
