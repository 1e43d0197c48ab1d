// A TCP connection to a server under load. The only file of the loader that uses sockets.
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
  // Connects, and waits until connected.
  static absl::StatusOr<Socket> Connect(const net::HostPort& target);

  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  int fd() const { return fd_; }

  // Writes as much as the kernel takes at once. Returns the number of bytes, which may be 0.
  absl::StatusOr<size_t> Write(std::string_view bytes);

  // Reads at most `size` bytes that have arrived. Returns their number: at least one if the socket
  // is readable, 0 if nothing has arrived. An error once the server has closed.
  absl::StatusOr<size_t> Read(char* out, size_t size);

 private:
  explicit Socket(int fd) : fd_(fd) {}

  int fd_;  // -1: moved from
};

// Raises this process's limit of open sockets to the allowed maximum.
void RaiseDescriptorLimit();

}  // namespace proxyherd::bench
