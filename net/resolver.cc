// c-ares opens and closes its sockets itself and tells which events it waits for.
#include "net/resolver.h"

#include <ares.h>
#include <netdb.h>
#include <sys/time.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"

namespace proxyherd::net {
namespace {

// A name server is asked again after this time; its owner gives up after some seconds anyway.
constexpr int kRetryMs = 300;
constexpr int kTries = 4;

// The longest wait if c-ares names none.
constexpr int64_t kMaxWaitNs = kSecond;

// Once in the life of the process, whoever is first.
void InitLibrary() {
  [[maybe_unused]] static const int status = ares_library_init(ARES_LIB_INIT_ALL);
}

}  // namespace

struct HostQuery::Impl {
  // One socket of c-ares. It outlives the socket, because an event may already be under way.
  struct Socket final : Poller::Watcher {
    Socket(Impl& impl_in, ares_socket_t fd_in) : impl(impl_in), fd(fd_in) {}
    void OnReady(uint32_t events) override {
      if (!watched) return;
      const bool readable = (events & ~Poller::kWritable) != 0;
      const bool writable = (events & ~Poller::kReadable) != 0;
      ares_process_fd(impl.channel, readable ? fd : ARES_SOCKET_BAD,
                      writable ? fd : ARES_SOCKET_BAD);
      impl.on_progress();
    }
    Impl& impl;
    const ares_socket_t fd;
    bool watched = false;
  };

  Impl(Poller& poller_in, std::function<void()> on_progress_in)
      : poller(poller_in), on_progress(std::move(on_progress_in)) {}

  void Await(ares_socket_t fd, bool readable, bool writable) {
    std::unique_ptr<Socket>& socket = sockets[fd];
    if (socket == nullptr) socket = std::make_unique<Socket>(*this, fd);
    if (!readable && !writable) {
      if (std::exchange(socket->watched, false)) poller.Forget(fd);
      return;
    }
    const uint32_t events = (readable ? Poller::kReadable : 0) | (writable ? Poller::kWritable : 0);
    if (socket->watched) {
      poller.Change(fd, events, *socket);
    } else {
      socket->watched = poller.Watch(fd, events, *socket);
    }
  }

  void OnAnswer(int status, const ares_addrinfo* found) {
    std::vector<SocketAddress> addresses;
    for (const ares_addrinfo_node* node = found == nullptr ? nullptr : found->nodes;
         node != nullptr; node = node->ai_next) {
      SocketAddress address;
      if (node->ai_addrlen > sizeof(address.storage)) continue;
      address.size = node->ai_addrlen;
      std::memcpy(&address.storage, node->ai_addr, node->ai_addrlen);
      addresses.push_back(address);
    }
    if (!addresses.empty()) {
      result = std::move(addresses);
    } else if (status == ARES_SUCCESS || status == ARES_ENOTFOUND || status == ARES_ENODATA) {
      result = absl::NotFoundError("its host name has no address");
    } else {
      result = absl::UnavailableError(
          absl::StrCat("its host name was not resolved: ", ares_strerror(status)));
    }
  }

  Poller& poller;
  const std::function<void()> on_progress;
  ares_channel channel = nullptr;
  std::map<ares_socket_t, std::unique_ptr<Socket>> sockets;
  std::optional<absl::StatusOr<std::vector<SocketAddress>>> result;
};

HostQuery::HostQuery(Poller& poller, const std::string& host, uint16_t port,
                     const ResolverOptions& options, std::function<void()> on_progress)
    : impl_(std::make_unique<Impl>(poller, std::move(on_progress))) {
  InitLibrary();
  ares_options settings{};
  settings.timeout = kRetryMs;
  settings.tries = kTries;
  settings.sock_state_cb_data = impl_.get();
  settings.sock_state_cb = [](void* impl, ares_socket_t fd, int readable, int writable) {
    static_cast<Impl*>(impl)->Await(fd, readable != 0, writable != 0);
  };
  const int flags = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
  int status = ares_init_options(&impl_->channel, &settings, flags);
  if (status == ARES_SUCCESS && !options.servers.empty()) {
    status = ares_set_servers_ports_csv(impl_->channel, options.servers.c_str());
  }
  if (status != ARES_SUCCESS) {
    impl_->OnAnswer(status, nullptr);
    return;
  }
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = ARES_AI_NUMERICSERV;
  ares_getaddrinfo(
      impl_->channel, host.c_str(), absl::StrCat(port).c_str(), &hints,
      [](void* impl, int outcome, int /*timeouts*/, ares_addrinfo* found) {
        // While the query is destroyed nobody waits any more.
        if (outcome != ARES_EDESTRUCTION) static_cast<Impl*>(impl)->OnAnswer(outcome, found);
        if (found != nullptr) ares_freeaddrinfo(found);
      },
      impl_.get());
}

HostQuery::~HostQuery() {
  if (impl_->channel != nullptr) ares_destroy(impl_->channel);
}

bool HostQuery::done() const { return impl_->result.has_value(); }

const absl::StatusOr<std::vector<SocketAddress>>& HostQuery::addresses() const {
  assert(done());
  return *impl_->result;
}

void HostQuery::Tick() { ares_process_fd(impl_->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); }

int64_t HostQuery::WaitNs() const {
  assert(!done());
  timeval longest{};
  timeval wait{};
  longest.tv_sec = kMaxWaitNs / kSecond;
  const timeval* const found = ares_timeout(impl_->channel, &longest, &wait);
  return std::max<int64_t>(1, found->tv_sec * kSecond + found->tv_usec * 1000);
}

}  // namespace proxyherd::net
