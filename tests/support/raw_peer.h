// The other end of a TCP connection, played byte by byte.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "net/descriptor.h"

namespace proxyherd {

// Calls block until they are done; a test that waits in vain is ended by its time limit.
class RawPeer {
 public:
  explicit RawPeer(int receive_buffer_bytes = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes == 0) return;
    setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
               sizeof(receive_buffer_bytes));
  }
  explicit RawPeer(net::Descriptor socket) : socket_(std::move(socket)) {}

  // Connects to 127.0.0.1 from 127.0.0.`host`.
  bool Connect(uint16_t port, uint8_t host = 1) {
    sockaddr_in address = Loopback(host, 0);
    if (bind(socket_.fd(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      return false;
    }
    address = Loopback(1, port);
    return connect(socket_.fd(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }

  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
  }

  // Reads until `enough` holds of all that was read, or the other end has closed.
  const std::string& ReadUntil(const std::function<bool(std::string_view)>& enough) {
    char buffer[4096];
    while (!closed_ && !enough(seen_)) {
      const ssize_t size = recv(socket_.fd(), buffer, sizeof(buffer), 0);
      closed_ = size <= 0;
      if (!closed_) seen_.append(buffer, static_cast<size_t>(size));
    }
    return seen_;
  }
  const std::string& ReadSome() {
    const size_t before = seen_.size();
    return ReadUntil([before](std::string_view seen) { return seen.size() > before; });
  }
  const std::string& ReadToEnd() {
    return ReadUntil([](std::string_view) { return false; });
  }
  // Returns true if a read has shown that the other end has closed.
  bool closed() const { return closed_; }
  void HangUp() { socket_.Reset(); }

  static sockaddr_in Loopback(uint8_t host, uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host);
    address.sin_port = htons(port);
    return address;
  }

 private:
  net::Descriptor socket_;
  std::string seen_;
  bool closed_ = false;
};

}  // namespace proxyherd
