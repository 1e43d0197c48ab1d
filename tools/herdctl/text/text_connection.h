// A TCP connection to a node's text port.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/host_port.h"

namespace proxyherd::tools {

// Owns a non-blocking socket. Not thread-safe. Errors are UNAVAILABLE with the system's message,
// unless stated otherwise.
class TextConnection {
 public:
  // Returns within 5 s per address of the host.
  static absl::StatusOr<TextConnection> Connect(const net::HostPort& to);

  TextConnection(TextConnection&& other) noexcept;
  TextConnection& operator=(TextConnection&& other) noexcept;
  ~TextConnection();

  // Sends everything. DEADLINE_EXCEEDED if the node reads nothing for `timeout_ns`.
  absl::Status Send(std::string_view bytes, int64_t timeout_ns);

  // Waits for bytes and returns them; empty at the end of the stream. DEADLINE_EXCEEDED if no byte
  // arrives for `timeout_ns`.
  absl::StatusOr<std::string> Receive(int64_t timeout_ns);

  // Returns false if the other side is known to have closed or reset the connection.
  bool IsOpen() const;

  // The socket, for poll(). The connection still owns it.
  int fd() const { return fd_; }

 private:
  explicit TextConnection(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace proxyherd::tools
