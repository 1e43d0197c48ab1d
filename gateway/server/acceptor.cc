#include "gateway/server/acceptor.h"

#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "absl/status/statusor.h"
#include "gateway/server/connection.h"
#include "net/listen.h"

namespace proxyherd::gateway {
namespace {

// The maximum number of accepts in one turn, so that the loop's own clients are also served during
// a burst.
constexpr int kAcceptsPerTurn = 64;

// The number of connections that may wait to be accepted.
constexpr int kBacklog = 4096;

// Closing a port resets the connections in its backlog, and one could arrive between the last
// accept and the close. So a filter first drops segments with SYN, while handshakes in progress
// continue. Where the system does not allow filters, a gap of microseconds remains.
void DropNewHandshakes(int socket) {
  constexpr uint32_t kFlagsOffset = 13;  // within the TCP header, where the filter begins
  std::array<sock_filter, 4> program = {{
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kFlagsOffset),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TH_SYN, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
  }};
  const sock_fprog filter = {static_cast<uint16_t>(program.size()), program.data()};
  setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter));
}

}  // namespace

Acceptor::Acceptor(std::vector<std::shared_ptr<EventLoop>> loops, int64_t max_connections,
                   int64_t max_per_address)
    : loops_(std::move(loops)),
      max_per_address_(max_per_address),
      max_connections_(max_connections) {}

absl::Status Acceptor::Listen(const std::string& address, uint16_t port) {
  absl::StatusOr<net::Descriptor> socket =
      net::Listen({address, port, kBacklog, kSendBufferBytes, kSmallReceiveBufferBytes});
  if (!socket.ok()) return socket.status();
  socket_ = *std::move(socket);
  if (!loops_.front()->poller().Watch(socket_.fd(), net::Poller::kReadable, *this)) {
    return absl::ResourceExhaustedError("cannot watch the text port");
  }
  port_ = net::LocalPort(socket_.fd());
  return absl::OkStatus();
}

void Acceptor::Start() { spare_.Take(); }

void Acceptor::Resume() {
  if (closing_ || !paused_ || !socket_.Open()) return;
  if (Connections() >= max_connections_ || !spare_.Take()) return;
  paused_ = !loops_.front()->poller().Change(socket_.fd(), net::Poller::kReadable, *this);
}

void Acceptor::TakeLast() {
  closing_ = true;
  paused_ = false;
  spare_.Release();
  DropNewHandshakes(socket_.fd());
  loops_.front()->poller().Change(socket_.fd(), net::Poller::kReadable, *this);
  while (AcceptOne()) {
  }
}

void Acceptor::Close() {
  paused_ = false;
  while (AcceptOne()) {
  }
  socket_.Reset();
}

void Acceptor::OnReady(uint32_t /*events*/) {
  loops_.front()->StartTicks();
  for (int i = 0; i < kAcceptsPerTurn && !paused_; ++i) {
    if (!closing_ && Connections() >= max_connections_) {
      Pause();
    } else if (!AcceptOne()) {
      break;
    }
  }
}

// Returns true if there may be more to accept.
bool Acceptor::AcceptOne() {
  net::SocketAddress peer;
  net::Descriptor accepted(
      accept4(socket_.fd(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!accepted.Open()) {
    if (net::IsOutOfResources(errno)) {
      spare_.Release();
      Pause();
      return false;
    }
    // A connection that was closed in the backlog is not an error.
    return errno != EAGAIN && errno != EWOULDBLOCK;
  }
  const net::ClientAddress address = net::ClientAddressOf(peer);
  if (MayConnect(address)) {
    LeastLoaded().Adopt(std::move(accepted), address);
  } else {
    loops_.front()->MutableCounters().Limit(GatewayLimit::kConnectionsPerAddress).Add();
  }
  return true;
}

void Acceptor::Pause() {
  paused_ = true;
  loops_.front()->poller().Change(socket_.fd(), net::Poller::kNothing, *this);
  loops_.front()->MutableCounters().Limit(GatewayLimit::kConnections).Add();
}

bool Acceptor::MayConnect(const net::ClientAddress& address) {
  if (max_per_address_ == 0) return true;
  int64_t& open = per_address_[address];
  if (open >= max_per_address_) return false;
  ++open;
  return true;
}

void Acceptor::Forget(const net::ClientAddress& address) {
  if (max_per_address_ == 0) return;
  loops_.front()->Post([this, address] {
    const auto entry = per_address_.find(address);
    if (--entry->second == 0) per_address_.erase(entry);
  });
}

int64_t Acceptor::Connections() const {
  int64_t open = 0;
  for (const auto& loop : loops_) open += loop->Connections();
  return open;
}

EventLoop& Acceptor::LeastLoaded() {
  // Loops with equally many connections take turns.
  size_t best = next_loop_++ % loops_.size();
  for (size_t i = 0; i < loops_.size(); ++i) {
    if (loops_[i]->Connections() < loops_[best]->Connections()) best = i;
  }
  return *loops_[best];
}

}  // namespace proxyherd::gateway
