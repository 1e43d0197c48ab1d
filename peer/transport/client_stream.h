// The outgoing gRPC stream of a Link: dials a neighbour and turns gRPC's reactions into events on
// the links thread. No logic of the links is here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "peer/link/link.h"
#include "rpc/channel_factory.h"
#include "runtime/serial_thread.h"

namespace proxyherd::peer {

// Makes the transport of a link, which opens its streams to `address`, "host:port", which is asked
// for at each, over a channel of its own. To be used and destroyed on the links thread only, and
// before `link`: a stream that gRPC is still tearing down then reports nothing more, and keeps
// `thread` busy until it is done (see SerialThread::Hold).
std::unique_ptr<LinkSender::Transport> MakeClientTransport(Link& link,
                                                           std::function<std::string()> address,
                                                           rpc::ChannelFactory channels,
                                                           runtime::SerialThread& thread);

}  // namespace proxyherd::peer
