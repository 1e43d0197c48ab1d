// The outgoing gRPC stream of a Link: dials a neighbour and turns gRPC's reactions into events on
// the links thread. Contains no logic of the links.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "peer/link/link.h"
#include "rpc/channel_factory.h"
#include "runtime/serial_thread.h"

namespace proxyherd::peer {

// Makes the transport of a link. Each stream has its own channel, to the "host:port" that `address`
// returns when the stream is opened. The transport must be used and destroyed on the links thread,
// and destroyed before `link`: a stream that gRPC is still tearing down then reports no more
// events, and keeps `thread` from ending until it is done (see SerialThread::Hold).
std::unique_ptr<LinkSender::Transport> MakeClientTransport(Link& link,
                                                           std::function<std::string()> address,
                                                           rpc::ChannelFactory channels,
                                                           runtime::SerialThread& thread);

}  // namespace proxyherd::peer
