// The gRPC stream of a LinkSender: dials a neighbour and turns gRPC's reactions into events on the
// links thread. No logic of the links is here.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "peer/link/link_sender.h"
#include "runtime/serial_thread.h"

namespace proxyherd {

// What the stream tells its sender, always on the links thread.
struct ClientStreamEvents {
  std::function<void()> written;
  std::function<void(ReceiverMessage)> message;
  std::function<void(const CloseReason& reason)> closed;
};

// Makes the channel of one attempt to dial `address`, with at least the given arguments. The caller
// may add credentials and interceptors.
using ChannelFactory = std::function<std::shared_ptr<grpc::Channel>(
    const std::string& address, const grpc::ChannelArguments& arguments)>;

// Makes a transport that opens its streams to `address`, "host:port", which is asked for at each.
// To be used and destroyed on the links thread only; a stream that is still being torn down by gRPC
// then keeps `thread` busy until it is done (see SerialThread::Hold).
std::unique_ptr<LinkSender::Transport> MakeClientTransport(std::function<std::string()> address,
                                                           ChannelFactory channels,
                                                           SerialThread& thread,
                                                           ClientStreamEvents events);

}  // namespace proxyherd
