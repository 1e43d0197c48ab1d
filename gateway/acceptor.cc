// Accepting of connections.
#include "gateway/acceptor.h"

#include <asio/error.hpp>
#include <asio/post.hpp>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd {
namespace {

// A burst of connections must let the loop's own clients have their turn.
constexpr int kAcceptsPerTurn = 64;

// Who waits to be accepted; the system caps it at net.core.somaxconn.
constexpr int kBacklog = 4096;

// What passes when connections close, as opposed to trouble with one of them.
bool IsOutOfResources(const asio::error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
         error == asio::error::no_memory ||
         error == asio::error_code(ENFILE, asio::error::get_system_category());
}

absl::Status CannotListen(const asio::ip::tcp::endpoint& at, const asio::error_code& error) {
  std::string message = absl::StrCat("cannot listen on ", at.address().to_string(), " port ",
                                     at.port(), ": ", error.message());
  if (error == asio::error::address_in_use) {
    absl::StrAppend(&message, "; `ss -ltnp sport = :", at.port(),
                    "` shows the process that has it");
  } else if (error == asio::error::access_denied) {
    absl::StrAppend(&message, "; ports below 1024 are for root, choose a higher one");
  }
  return absl::FailedPreconditionError(message);
}

}  // namespace

Acceptor::Acceptor(std::vector<std::shared_ptr<EventLoop>> loops, int64_t max_connections,
                   int64_t max_per_address)
    : loops_(std::move(loops)),
      max_connections_(max_connections),
      max_per_address_(max_per_address),
      socket_(loops_.front()->io()) {}

absl::Status Acceptor::Listen(const asio::ip::address& address, uint16_t port) {
  const asio::ip::tcp::endpoint at(address, port);
  asio::error_code error;
  socket_.open(at.protocol(), error);
  // A node that returns must not wait for the last connections of its former life to time out.
  if (!error) socket_.set_option(Socket::reuse_address(true), error);
  if (!error) socket_.bind(at, error);
  if (!error) socket_.listen(kBacklog, error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) port_ = socket_.local_endpoint(error).port();
  if (error) return CannotListen(at, error);
  return absl::OkStatus();
}

void Acceptor::Start() {
  spare_.Take();
  Wait();
}

void Acceptor::Resume() {
  if (!paused_ || !socket_.is_open() || Open() >= max_connections_ || !spare_.Take()) return;
  paused_ = false;
  Wait();
}

void Acceptor::Close() {
  asio::error_code ignored;
  socket_.close(ignored);
  spare_.Release();
}

void Acceptor::Wait() {
  if (waiting_) return;
  waiting_ = true;
  socket_.async_wait(Socket::wait_read, [this](const asio::error_code& /*error*/) {
    waiting_ = false;
    if (socket_.is_open()) AcceptTurn();
  });
}

void Acceptor::AcceptTurn() {
  for (int i = 0; i < kAcceptsPerTurn && !paused_; ++i) {
    if (Open() >= max_connections_) {
      Pause();
    } else if (!AcceptOne()) {
      break;
    }
  }
  if (!paused_) Wait();
}

// Returns whether there may be more to accept.
bool Acceptor::AcceptOne() {
  EventLoop& loop = LeastLoaded();
  asio::error_code error;
  asio::ip::tcp::endpoint peer;
  LoopSocket socket = socket_.accept(loop.io(), peer, error);
  if (IsOutOfResources(error)) {
    spare_.Release();
    Pause();
    return false;
  }
  if (error == asio::error::would_block || error == asio::error::try_again) return false;
  // Whoever went away while waiting is none of our business.
  if (error) return true;
  if (MayConnect(peer.address())) {
    loop.Adopt(std::move(socket), peer.address());
  } else {
    loops_.front()->MutableCounters().Limit(GatewayLimit::kConnectionsPerAddress).Add();
  }
  return true;
}

void Acceptor::Pause() {
  paused_ = true;
  loops_.front()->MutableCounters().Limit(GatewayLimit::kConnections).Add();
}

bool Acceptor::MayConnect(const asio::ip::address& address) {
  if (max_per_address_ == 0) return true;
  int64_t& open = per_address_[address];
  if (open >= max_per_address_) return false;
  ++open;
  return true;
}

void Acceptor::Forget(const asio::ip::address& address) {
  if (max_per_address_ == 0) return;
  asio::post(loops_.front()->io(), [this, address] {
    const auto entry = per_address_.find(address);
    if (--entry->second == 0) per_address_.erase(entry);
  });
}

int64_t Acceptor::Open() const {
  int64_t open = 0;
  for (const auto& loop : loops_) open += loop->Open();
  return open;
}

EventLoop& Acceptor::LeastLoaded() {
  // Equals take turns.
  size_t best = next_loop_++ % loops_.size();
  for (size_t i = 0; i < loops_.size(); ++i) {
    if (loops_[i]->Open() < loops_[best]->Open()) best = i;
  }
  return *loops_[best];
}

}  // namespace proxyherd
