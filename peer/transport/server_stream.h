// The gRPC stream of a LinkReceiver: takes in a neighbour's stream and turns gRPC's reactions into
// events on the links thread. No logic of the links is here.
#pragma once

#include <grpcpp/grpcpp.h>

#include "peer/link/link_set.h"
#include "proxyherd/peer/v1/link.pb.h"
#include "runtime/serial_thread.h"

namespace proxyherd::peer {

using LinkServerReactor = grpc::ServerBidiReactor<peer::v1::LinkRequest, peer::v1::LinkResponse>;

// The reactor of a new incoming stream. Deletes itself when gRPC is done with it; until then it
// keeps `thread` from ending. `links` must outlive the thread.
LinkServerReactor* MakeServerStream(LinkSet& links, runtime::SerialThread& thread,
                                    grpc::CallbackServerContext& context);

}  // namespace proxyherd::peer
