#include "tools/herdctl/text/port_watch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace proxyherd::tools {
namespace {

constexpr int kConnectTimeoutMs = 1000;

// Tries to connect. Returns 0 or the errno.
int Connect(int fd, const sockaddr* to, socklen_t size) {
  if (connect(fd, to, size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd done = {fd, POLLOUT, 0};
  if (poll(&done, 1, kConnectTimeoutMs) != 1) return ETIMEDOUT;
  int error = 0;
  socklen_t error_size = sizeof(error);
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size);
  return error;
}

int ConnectAndClose(const addrinfo& address, uint16_t port) {
  sockaddr_storage to = {};
  std::memcpy(&to, address.ai_addr, address.ai_addrlen);
  if (address.ai_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(to).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(to).sin_port = htons(port);
  }
  const int fd = socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const int error = Connect(fd, reinterpret_cast<sockaddr*>(&to), address.ai_addrlen);
  close(fd);
  return error;
}

}  // namespace

PortWatch::PortWatch(const config::HerdNode& node) : addresses_(nullptr, &freeaddrinfo) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(node.host.c_str(), nullptr, &hints, &found);
  if (error != 0) no_address_ = gai_strerror(error);
  addresses_.reset(found);
  ports_.push_back({"gRPC", node.grpc_port});
  for (const Port& port :
       {Port{"HTTP", node.http_port}, Port{"text", node.text_port}, Port{"link", node.link_port}}) {
    if (port.number != 0 && Ask(port).kind == PortAnswer::Kind::kConnects) ports_.push_back(port);
  }
}

std::vector<PortAnswer> PortWatch::Ask() const {
  std::vector<PortAnswer> answers;
  for (const Port& port : ports_) answers.push_back(Ask(port));
  return answers;
}

PortAnswer PortWatch::Ask(const Port& port) const {
  if (!no_address_.empty()) return {port.name, PortAnswer::Kind::kUnknown, no_address_};
  PortAnswer answer{port.name};
  for (const addrinfo* address = addresses_.get(); address != nullptr; address = address->ai_next) {
    const int error = ConnectAndClose(*address, port.number);
    if (error == 0) return {port.name, PortAnswer::Kind::kConnects};
    if (error == ECONNREFUSED) continue;
    answer = {port.name, PortAnswer::Kind::kUnknown, std::strerror(error)};
  }
  return answer;
}

}  // namespace proxyherd::tools
