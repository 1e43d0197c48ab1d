// A client of the text port on a real socket, as simple as real clients.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace proxyherd {

// Blocking. A read that receives nothing for kPatience ends as if the server had closed, so that a
// server that hangs fails its test instead of blocking it.
class TextClient {
 public:
  static constexpr timeval kPatience{.tv_sec = 30, .tv_usec = 0};

  // Only allocates a descriptor.
  TextClient() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
    const int yes = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  }
  explicit TextClient(uint16_t port) : TextClient() { Connect(port); }
  ~TextClient() { Close(); }
  TextClient(TextClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  TextClient& operator=(TextClient&&) = delete;

  // Keeps the receive buffer at a few KiB, so that the server soon blocks. Call before Connect.
  void TakeLittle() {
    const int bytes = 4096;
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
  }

  bool Connect(uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  }

  // Returns true if all bytes were sent.
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Sends `line` repeatedly until the server takes no more, and returns the number of lines sent.
  // Bounded: a server that has given up the client reads on for a time, and the time of a test may
  // stand still meanwhile.
  int SendUntilBlocked(std::string_view line) {
    int lines = 0;
    while (lines < 20'000 && send(fd_, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) > 0) {
      ++lines;
    }
    return lines;
  }

  void HalfClose() { shutdown(fd_, SHUT_WR); }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  // Makes one read, like classic clients.
  std::string ReadOnce() {
    char buffer[64 * 1024];
    const ssize_t size = recv(fd_, buffer, sizeof(buffer), 0);
    return size <= 0 ? std::string() : std::string(buffer, static_cast<size_t>(size));
  }

  // Reads the rest. Returns true if the stream ends in order, and not with a reset.
  bool EndsInOrder() {
    char buffer[64 * 1024];
    ssize_t size = 0;
    do {
      size = recv(fd_, buffer, sizeof(buffer), 0);
    } while (size > 0);
    return size == 0;
  }

  std::string ReadToEnd() {
    std::string all;
    for (std::string piece = ReadOnce(); !piece.empty(); piece = ReadOnce()) all += piece;
    return all;
  }

  // Reads until `size` bytes or the end have arrived.
  std::string Read(size_t size) {
    std::string all(size, '\0');
    size_t have = 0;
    while (have < size) {
      const ssize_t got = recv(fd_, all.data() + have, size - have, 0);
      if (got <= 0) break;
      have += static_cast<size_t>(got);
    }
    all.resize(have);
    return all;
  }

 private:
  int fd_;
};

}  // namespace proxyherd
