// Connects to a neighbour: finds the addresses of its host and tries them in turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/descriptor.h"
#include "net/poller.h"
#include "net/resolver.h"
#include "net/socket_address.h"
#include "peer/protocol/close_reason.h"
#include "peer/transport/link_loop.h"

namespace proxyherd::peer {

// Belongs to the links thread. Gives up after kConnectTimeoutNs, of which each address gets an
// equal part.
class Dialler final : public LinkLoop::Part, private net::Poller::Watcher {
 public:
  class Owner {
   public:
    // One of these is called once, not during a round of events. The socket is connected and does
    // not block.
    virtual void OnConnected(net::Descriptor socket) = 0;
    virtual void OnNotConnected(const CloseReason& reason) = 0;

   protected:
    ~Owner() = default;
  };

  // `address`: "host:port". References must outlive the dialler, the owner until Leave.
  Dialler(LinkLoop& loop, const std::string& address, const net::ResolverOptions& resolver,
          Owner& owner);
  ~Dialler() override;

  // The owner wants no call any more.
  void Leave();

  // LinkLoop::Part
  void Settle() override;
  void Tick(int64_t now_ns) override;
  int64_t NextTimer() const override;
  bool done() const override { return owner_ == nullptr; }

 private:
  void OnReady(uint32_t events) override;
  // Reads the answer of the query, if there is one.
  void TakeAddresses();
  void TryNext(int64_t now_ns);
  void Connect(const net::SocketAddress& address);
  void GiveUp(const CloseReason& reason);

  LinkLoop& loop_;
  Owner* owner_;  // nullptr: done
  const int64_t give_up_at_ns_;
  std::unique_ptr<net::HostQuery> query_;  // until it is done
  int64_t query_again_ns_ = LinkLoop::kNever;
  std::vector<net::SocketAddress> addresses_;
  size_t next_ = 0;  // of addresses_
  net::Descriptor socket_;
  bool connected_ = false;
  int64_t next_address_ns_ = LinkLoop::kNever;
  CloseReason last_reason_;
};

}  // namespace proxyherd::peer
