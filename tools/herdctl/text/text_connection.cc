#include "tools/herdctl/text/text_connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/env.h"

namespace proxyherd::tools {
namespace {

constexpr int64_t kConnectTimeoutNs = 5 * kSecond;
constexpr size_t kReadBytes = size_t{64} * 1024;

absl::Status SystemError(int error) { return absl::UnavailableError(std::strerror(error)); }

// Waits until the socket is ready for `events`.
absl::Status WaitFor(int fd, int16_t events, int64_t timeout_ns) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  int ready = 0;
  do {
    ready = poll(&entry, 1, static_cast<int>(timeout_ns / kMillisecond));
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return SystemError(errno);
  if (ready == 0) {
    return absl::DeadlineExceededError(absl::StrCat("nothing for ", timeout_ns / kSecond, " s"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> ConnectTo(const addrinfo& address) {
  const int fd = socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return SystemError(errno);
  absl::Status status;
  if (connect(fd, address.ai_addr, address.ai_addrlen) != 0) {
    status = errno == EINPROGRESS ? WaitFor(fd, POLLOUT, kConnectTimeoutNs) : SystemError(errno);
    int error = 0;
    socklen_t size = sizeof(error);
    if (status.ok() && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0) {
      status = SystemError(error);
    }
  }
  if (!status.ok()) {
    close(fd);
    return status;
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

}  // namespace

absl::StatusOr<TextConnection> TextConnection::Connect(const net::HostPort& to) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(to.host.c_str(), std::to_string(to.port).c_str(), &hints, &found);
  if (error != 0) return absl::UnavailableError(gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, &freeaddrinfo);

  absl::Status status = absl::UnavailableError("it has no address");
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    const absl::StatusOr<int> fd = ConnectTo(*address);
    if (fd.ok()) return TextConnection(*fd);
    status = fd.status();
  }
  return status;
}

TextConnection::TextConnection(TextConnection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

TextConnection& TextConnection::operator=(TextConnection&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

TextConnection::~TextConnection() {
  if (fd_ >= 0) close(fd_);
}

absl::Status TextConnection::Send(std::string_view bytes, int64_t timeout_ns) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN) {
      if (absl::Status status = WaitFor(fd_, POLLOUT, timeout_ns); !status.ok()) return status;
    } else if (errno != EINTR) {
      return SystemError(errno);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> TextConnection::Receive(int64_t timeout_ns) {
  std::string bytes(kReadBytes, '\0');
  while (true) {
    if (absl::Status status = WaitFor(fd_, POLLIN, timeout_ns); !status.ok()) return status;
    const ssize_t received = recv(fd_, bytes.data(), bytes.size(), 0);
    if (received >= 0) {
      bytes.resize(static_cast<size_t>(received));
      return bytes;
    }
    if (errno != EAGAIN && errno != EINTR) return SystemError(errno);
  }
}

bool TextConnection::IsOpen() const {
  char byte = 0;
  const ssize_t received = recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return received > 0 || (received < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace proxyherd::tools
