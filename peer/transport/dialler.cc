#include "peer/transport/dialler.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "net/host_port.h"
#include "peer/protocol/link_timing.h"
#include "peer/transport/socket_error.h"

namespace proxyherd::peer {

Dialler::Dialler(LinkLoop& loop, const std::string& address, const net::ResolverOptions& resolver,
                 Owner& owner)
    : loop_(loop),
      owner_(&owner),
      give_up_at_ns_(loop.env().MonotonicNs() + kConnectTimeoutNs),
      last_reason_(TimeOut(CloseKind::kNoConnection, "no connection within ", kConnectTimeoutNs)) {
  const absl::StatusOr<net::HostPort> parts = net::SplitHostPort(address);
  if (!parts.ok()) {
    last_reason_ = {CloseKind::kUnresolvable, std::string(parts.status().message())};
  } else if (const auto numeric = net::ParseAddress(parts->host, parts->port)) {
    addresses_.push_back(*numeric);
  } else {
    query_ = std::make_unique<net::HostQuery>(loop.poller(), parts->host, parts->port, resolver,
                                              [this] { loop_.Touch(*this); });
  }
}

Dialler::~Dialler() = default;

void Dialler::Leave() {
  owner_ = nullptr;
  loop_.Touch(*this);
}

void Dialler::Settle() {
  if (done()) return;
  const int64_t now_ns = loop_.env().MonotonicNs();
  if (query_ != nullptr) TakeAddresses();
  if (query_ != nullptr) {
    query_again_ns_ = now_ns + query_->WaitNs();
  } else if (connected_) {
    loop_.poller().Forget(socket_.fd());
    std::exchange(owner_, nullptr)->OnConnected(std::move(socket_));
  } else if (!socket_.Open()) {
    TryNext(now_ns);
  }
}

void Dialler::TakeAddresses() {
  if (!query_->done()) return;
  if (query_->addresses().ok()) {
    addresses_ = *query_->addresses();
  } else {
    last_reason_ = {CloseKind::kUnresolvable, std::string(query_->addresses().status().message())};
  }
  query_.reset();
  query_again_ns_ = LinkLoop::kNever;
}

void Dialler::TryNext(int64_t now_ns) {
  while (next_ < addresses_.size() && !socket_.Open()) {
    const auto left = static_cast<int64_t>(addresses_.size() - next_);
    next_address_ns_ = now_ns + std::max<int64_t>(1, (give_up_at_ns_ - now_ns) / left);
    Connect(addresses_[next_++]);
  }
  if (!socket_.Open()) GiveUp(last_reason_);
}

void Dialler::Connect(const net::SocketAddress& address) {
  constexpr int kType = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  net::Descriptor socket(::socket(address.storage.ss_family, kType, 0));
  const int on = 1;
  if (socket.Open()) setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (!socket.Open() || (connect(socket.fd(), address.get(), address.size) != 0 &&
                         errno != EINPROGRESS && errno != EINTR)) {
    last_reason_ = ReasonOfSocketError(errno);
    return;
  }
  if (loop_.poller().Watch(socket.fd(), net::Poller::kWritable, *this)) {
    socket_ = std::move(socket);
  } else {
    last_reason_ = ReasonOfSocketError(errno);
  }
}

void Dialler::OnReady(uint32_t /*events*/) {
  if (done() || !socket_.Open() || connected_) return;
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(socket_.fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error == 0) {
    connected_ = true;
  } else {
    last_reason_ = ReasonOfSocketError(error);
    socket_.Reset();
  }
  loop_.Touch(*this);
}

int64_t Dialler::NextTimer() const {
  return std::min({give_up_at_ns_, query_again_ns_, next_address_ns_});
}

void Dialler::Tick(int64_t now_ns) {
  if (done() || connected_) return;
  if (now_ns >= give_up_at_ns_) {
    return GiveUp(TimeOut(CloseKind::kNoConnection, "no connection within ", kConnectTimeoutNs));
  }
  if (query_ != nullptr && now_ns >= query_again_ns_) query_->Tick();
  if (now_ns >= next_address_ns_) {
    next_address_ns_ = LinkLoop::kNever;
    socket_.Reset();  // Settle tries the next address
  }
}

void Dialler::GiveUp(const CloseReason& reason) {
  std::exchange(owner_, nullptr)->OnNotConnected(reason);
}

}  // namespace proxyherd::peer
