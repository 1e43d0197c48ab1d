#include "peer/transport/link_listener.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "net/listen.h"

namespace proxyherd::peer {
namespace {

constexpr int kBacklog = 128;

// Connections accepted in one round, so that others are read in between.
constexpr int kAcceptsPerRound = 16;

// Accepting pauses this long when the process has no descriptors left.
constexpr int64_t kPauseNs = kSecond / 4;

}  // namespace

absl::StatusOr<net::Descriptor> ListenForLinks(const std::string& address, uint16_t port) {
  absl::StatusOr<net::Descriptor> socket = net::Listen({address, port, kBacklog});
  if (socket.ok()) return socket;
  return absl::UnavailableError(absl::StrCat("link port: ", socket.status().message()));
}

// Lasts from the accept until the neighbour is admitted or its socket closed.
class LinkListener::Ticket {
 public:
  Ticket(std::shared_ptr<Count> count, const net::ClientAddress& address)
      : count_(std::move(count)), address_(address) {
    ++count_->all;
    ++count_->by_address[address_];
  }
  ~Ticket() {
    --count_->all;
    if (--count_->by_address[address_] == 0) count_->by_address.erase(address_);
  }
  Ticket(const Ticket&) = delete;
  Ticket& operator=(const Ticket&) = delete;

 private:
  const std::shared_ptr<Count> count_;
  const net::ClientAddress address_;
};

LinkListener::LinkListener(const IncomingStream::Context& context, net::Descriptor socket)
    : context_(context), socket_(std::move(socket)), count_(std::make_shared<Count>()) {
  if (!context_.loop.poller().Watch(socket_.fd(), net::Poller::kReadable, *this)) Pause();
}

LinkListener::~LinkListener() = default;

void LinkListener::Close() {
  socket_.Reset();
  context_.loop.Touch(*this);
}

void LinkListener::OnReady(uint32_t /*events*/) {
  if (!socket_.Open()) return;
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    net::SocketAddress address;
    net::Descriptor socket(
        accept4(socket_.fd(), address.get(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.Open()) {
      Adopt(std::move(socket), address);
      continue;
    }
    if (net::IsOutOfResources(errno)) return Pause();
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
  }
}

void LinkListener::Adopt(net::Descriptor socket, const net::SocketAddress& address) {
  const net::ClientAddress from = net::ClientAddressOf(address);
  if (count_->all >= kMaxUngreetedConnections) {
    return context_.limit_hits.Add(StreamLimit::kConnections);
  }
  const auto found = count_->by_address.find(from);
  if (found != count_->by_address.end() && found->second >= kMaxUngreetedPerAddress) {
    return context_.limit_hits.Add(StreamLimit::kConnectionsPerAddress);
  }
  const int on = 1;
  setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  context_.loop.Add(std::make_unique<IncomingStream>(context_, std::move(socket),
                                                     std::make_shared<Ticket>(count_, from)));
}

void LinkListener::Pause() {
  context_.loop.poller().Forget(socket_.fd());
  resume_at_ns_ = context_.loop.env().MonotonicNs() + kPauseNs;
}

void LinkListener::Tick(int64_t /*now_ns*/) {
  resume_at_ns_ = LinkLoop::kNever;
  if (!context_.loop.poller().Watch(socket_.fd(), net::Poller::kReadable, *this)) Pause();
}

}  // namespace proxyherd::peer
