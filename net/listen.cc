#include "net/listen.h"

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "net/socket_address.h"

namespace proxyherd::net {
namespace {

absl::Status CannotListen(const std::string& address, uint16_t port, int error) {
  std::string message = absl::StrCat("cannot listen on ", address, " port ", port, ": ",
                                     std::generic_category().message(error));
  if (error == EADDRINUSE) {
    absl::StrAppend(&message, "; `ss -ltnp sport = :", port, "` shows the process that has it");
  } else if (error == EACCES) {
    absl::StrAppend(&message, "; ports below 1024 need root privileges; choose a higher one");
  }
  return absl::FailedPreconditionError(message);
}

// Called before listen(): accepted sockets inherit both sizes, and handshakes announce the window.
void SetBuffer(int socket, int which, int bytes) {
  if (bytes != 0) setsockopt(socket, SOL_SOCKET, which, &bytes, sizeof(bytes));
}

}  // namespace

absl::StatusOr<Descriptor> Listen(const ListenOptions& options) {
  const std::optional<SocketAddress> at = ParseAddress(options.address, options.port);
  if (!at.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", options.address, "' is not a numeric IPv4 or IPv6 address"));
  }
  constexpr int kType = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  Descriptor socket(::socket(at->storage.ss_family, kType, 0));
  if (socket.Open()) {
    SetBuffer(socket.fd(), SO_SNDBUF, options.send_buffer_bytes);
    SetBuffer(socket.fd(), SO_RCVBUF, options.receive_buffer_bytes);
  }
  // A restarted node must not wait for connections of its former process to time out.
  const int on = 1;
  const bool listens =
      socket.Open() && setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
      bind(socket.fd(), at->get(), at->size) == 0 && listen(socket.fd(), options.backlog) == 0;
  if (!listens) return CannotListen(options.address, options.port, errno);
  return socket;
}

bool IsOutOfResources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace proxyherd::net
