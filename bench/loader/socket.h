// A TCP connection to a server under load. Shell: the only file of the loader that sees sockets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/host_port.h"

namespace proxyherd::bench {

// Owns a non-blocking socket with TCP_NODELAY. Not thread-safe.
class Socket {
 public:
  // Waits for the connection.
  static absl::StatusOr<Socket> Connect(const net::HostPort& target);

  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  int fd() const { return fd_; }

  // Hands over as much as the kernel takes at once; the number of bytes, perhaps 0.
  absl::StatusOr<size_t> Write(std::string_view bytes);

  // Reads what has come, at most `size` bytes, at least one if the socket is readable; 0 if there
  // was nothing. An error once the server has closed.
  absl::StatusOr<size_t> Read(char* out, size_t size);

 private:
  explicit Socket(int fd) : fd_(fd) {}

  int fd_;  // -1: moved from
};

// Lets this process have as many open sockets as it may.
void RaiseDescriptorLimit();

}  // namespace proxyherd::bench
