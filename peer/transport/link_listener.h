// Accepts the connections of neighbours on the links' own port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "net/descriptor.h"
#include "net/poller.h"
#include "net/socket_address.h"
#include "peer/transport/incoming_stream.h"
#include "peer/transport/link_loop.h"

namespace proxyherd::peer {

// Maximum connections without an admitted hello, in all and of one address. A healthy herd has few;
// more are a mistake or an attack.
inline constexpr size_t kMaxUngreetedConnections = 64;
inline constexpr size_t kMaxUngreetedPerAddress = 8;

// Opens a listening socket. `address`: numeric. UNAVAILABLE if it cannot.
absl::StatusOr<net::Descriptor> ListenForLinks(const std::string& address, uint16_t port);

// Belongs to the links thread; lives on its loop until Close.
class LinkListener final : public LinkLoop::Part, private net::Poller::Watcher {
 public:
  LinkListener(const IncomingStream::Context& context, net::Descriptor socket);
  ~LinkListener() override;

  // Accepts no more. Not during a round of events.
  void Close();

  // LinkLoop::Part
  void Settle() override {}
  void Tick(int64_t now_ns) override;
  int64_t NextTimer() const override { return resume_at_ns_; }
  bool done() const override { return !socket_.Open(); }

 private:
  // Counts the connections without a hello; a connection's ticket outlives the listener.
  struct Count {
    size_t all = 0;
    std::map<net::ClientAddress, size_t> by_address;
  };
  class Ticket;

  void OnReady(uint32_t events) override;
  void Adopt(net::Descriptor socket, const net::SocketAddress& address);
  void Pause();

  const IncomingStream::Context context_;
  net::Descriptor socket_;
  const std::shared_ptr<Count> count_;
  int64_t resume_at_ns_ = LinkLoop::kNever;
};

}  // namespace proxyherd::peer
