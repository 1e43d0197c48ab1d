// A TCP connection to a node's text port.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace proxyherd {

// Owns a socket that does not block. Not thread-safe. All errors are UNAVAILABLE, with the system's
// words, unless said otherwise.
class TextConnection {
 public:
  // Returns within 5 s for each address that the host has.
  static absl::StatusOr<TextConnection> Connect(const std::string& host, const std::string& port);

  TextConnection(TextConnection&& other) noexcept;
  TextConnection& operator=(TextConnection&& other) noexcept;
  ~TextConnection();

  // Sends everything. DEADLINE_EXCEEDED when the node takes nothing for `timeout`.
  absl::Status Send(std::string_view bytes, std::chrono::milliseconds timeout);

  // Waits for bytes and returns them; empty at the end of the stream. DEADLINE_EXCEEDED when there
  // are none for `timeout`.
  absl::StatusOr<std::string> Receive(std::chrono::milliseconds timeout);

  // Whether the other side has neither closed nor reset the connection, as far as is known.
  bool IsOpen() const;

  // The socket, for poll(); it stays the connection's.
  int fd() const { return fd_; }

 private:
  explicit TextConnection(int fd) : fd_(fd) {}

  int fd_;
};

// "HOST:PORT" in its parts; an IPv6 address stands in brackets. INVALID_ARGUMENT otherwise.
struct HostPort {
  std::string host;
  std::string port;
};
absl::StatusOr<HostPort> SplitHostPort(std::string_view text);

}  // namespace proxyherd
