#include "bench/loader/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::bench {

namespace {

// Returns the target's address, looked up if it is a name.
absl::StatusOr<sockaddr_in> AddressOf(const net::HostPort& target) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(target.host.c_str(), nullptr, &hints, &found); error != 0) {
    return absl::InvalidArgumentError(absl::StrCat(target.host, ": ", gai_strerror(error)));
  }
  sockaddr_in address = *reinterpret_cast<const sockaddr_in*>(found->ai_addr);
  freeaddrinfo(found);
  address.sin_port = htons(target.port);
  return address;
}

}  // namespace

absl::StatusOr<Socket> Socket::Connect(const net::HostPort& target) {
  const absl::StatusOr<sockaddr_in> address = AddressOf(target);
  if (!address.ok()) return address.status();
  const std::string where = net::JoinHostPort(target.host, target.port);
  Socket made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made.fd_ < 0) return absl::ErrnoToStatus(errno, "socket");
  if (connect(made.fd_, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot connect to ", where));
  }
  const int on = 1;
  setsockopt(made.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  fcntl(made.fd_, F_SETFL, O_NONBLOCK);
  return made;
}

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Socket::~Socket() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<size_t> Socket::Write(std::string_view bytes) {
  const ssize_t wrote = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (wrote >= 0) return static_cast<size_t>(wrote);
  if (errno == EAGAIN || errno == EINTR) return size_t{0};
  return absl::ErrnoToStatus(errno, "write");
}

absl::StatusOr<size_t> Socket::Read(char* out, size_t size) {
  const ssize_t got = recv(fd_, out, size, 0);
  if (got > 0) return static_cast<size_t>(got);
  if (got == 0) return absl::UnavailableError("a server closed a connection");
  if (errno == EAGAIN || errno == EINTR) return size_t{0};
  return absl::ErrnoToStatus(errno, "read");
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace proxyherd::bench
