// A server that a test plays by hand: it accepts one connection, and sends the test's bytes.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "net/host_port.h"

namespace proxyherd {

// Used by one thread; calls block until they are done.
class LocalServer {
 public:
  LocalServer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, any, size) == 0 && listen(listener_, 16) == 0 &&
        getsockname(listener_, any, &size) == 0) {
      target_ = {"127.0.0.1", ntohs(address.sin_port)};
    }
  }
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;
  ~LocalServer() {
    HangUp();
    close(listener_);
  }

  // Its port is 0 if it could not listen.
  const net::HostPort& target() const { return target_; }

  void Accept() { client_ = accept(listener_, nullptr, nullptr); }

  // Reads until `lines` lines have arrived, and returns them all; fewer if the client has closed.
  std::string ReadLines(int64_t lines) {
    std::string text;
    char byte = 0;
    while (lines > 0 && recv(client_, &byte, 1, 0) == 1) {
      text.push_back(byte);
      lines -= byte == '\n' ? 1 : 0;
    }
    return text;
  }

  void Say(std::string_view text) { send(client_, text.data(), text.size(), MSG_NOSIGNAL); }

  void HangUp() {
    if (client_ >= 0) close(client_);
    client_ = -1;
  }

 private:
  const int listener_;
  int client_ = -1;
  net::HostPort target_;
};

// Waits until the other end of a connection has sent something.
inline void WaitReadable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  poll(&polled, 1, -1);
}

}  // namespace proxyherd
