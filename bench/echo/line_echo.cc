// line-echo: sends back the lines that it reads, and does nothing else. One thread, with one read
// and one write for what has arrived: the least that any server of lines costs, and so the floor to
// compare with.
//
//     line-echo PORT     on 127.0.0.1; 0: a free port, which it prints
//
// Nothing is read from a client that does not read. A client whose line does not end within 64 KiB
// is disconnected.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"

namespace proxyherd::bench {
namespace {

constexpr size_t kBufferBytes = size_t{64} * 1024;
constexpr int kEvents = 512;
constexpr int kBacklog = 4096;

class LineEcho {
 public:
  LineEcho() : epoll_(epoll_create1(0)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {}

  // Returns the port, or 0 and sets errno.
  uint16_t Listen(uint16_t port);
  [[noreturn]] void Serve();

 private:
  // State that a connection keeps between events; nearly always empty.
  struct Kept {
    std::string partial;  // a line that has not ended
    std::string unsent;   // bytes that the kernel did not take; nothing is read meanwhile
  };

  void Accept();
  void Echo(int client);
  void SendRest(int client);
  void Hold(int client, const char* rest, size_t size);
  void HangUp(int client);
  void Watch(int fd, uint32_t events, int operation) const;

  const int epoll_;
  const int listener_;
  std::vector<Kept> kept_;  // by descriptor
  std::array<char, kBufferBytes> buffer_{};
};

void LineEcho::Watch(int fd, uint32_t events, int operation) const {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, operation, fd, &event);
}

uint16_t LineEcho::Listen(uint16_t port) {
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, any, size) != 0 || listen(listener_, kBacklog) != 0) return 0;
  getsockname(listener_, any, &size);
  Watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  return ntohs(address.sin_port);
}

void LineEcho::Accept() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
  if (client < 0) return;
  const int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (kept_.size() <= static_cast<size_t>(client)) kept_.resize(static_cast<size_t>(client) + 1);
  Watch(client, EPOLLIN, EPOLL_CTL_ADD);
}

void LineEcho::HangUp(int client) {
  kept_[static_cast<size_t>(client)] = Kept();
  close(client);
}

void LineEcho::Hold(int client, const char* rest, size_t size) {
  kept_[static_cast<size_t>(client)].unsent.append(rest, size);
  Watch(client, EPOLLOUT, EPOLL_CTL_MOD);
}

void LineEcho::SendRest(int client) {
  std::string& unsent = kept_[static_cast<size_t>(client)].unsent;
  const ssize_t sent = send(client, unsent.data(), unsent.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN) HangUp(client);
    return;
  }
  unsent.erase(0, static_cast<size_t>(sent));
  if (unsent.empty()) Watch(client, EPOLLIN, EPOLL_CTL_MOD);
}

void LineEcho::Echo(int client) {
  std::string& partial = kept_[static_cast<size_t>(client)].partial;
  const size_t before = partial.size();
  std::memcpy(buffer_.data(), partial.data(), before);
  const ssize_t got = recv(client, buffer_.data() + before, kBufferBytes - before, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) return HangUp(client);
  const size_t size = before + static_cast<size_t>(got);
  const auto* end = static_cast<const char*>(memrchr(buffer_.data(), '\n', size));
  const size_t lines = end == nullptr ? 0 : static_cast<size_t>(end - buffer_.data()) + 1;
  if (size - lines == kBufferBytes) return HangUp(client);
  if (before > 0 || lines < size) partial.assign(buffer_.data() + lines, size - lines);
  if (lines == 0) return;
  const ssize_t sent = send(client, buffer_.data(), lines, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) return HangUp(client);
  const auto done = static_cast<size_t>(std::max<ssize_t>(sent, 0));
  if (done < lines) Hold(client, buffer_.data() + done, lines - done);
}

void LineEcho::Serve() {
  std::array<epoll_event, kEvents> events{};
  while (true) {
    const int ready = epoll_wait(epoll_, events.data(), kEvents, -1);
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      if (event.data.fd == listener_) {
        Accept();
      } else if (event.events == EPOLLOUT) {
        SendRest(event.data.fd);
      } else if (!kept_[static_cast<size_t>(event.data.fd)].unsent.empty()) {
        HangUp(event.data.fd);  // it broke while nothing was read from it
      } else {
        Echo(event.data.fd);
      }
    }
  }
}

int Run(uint16_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  LineEcho echo;
  const uint16_t port = echo.Listen(wanted);
  if (port == 0) {
    std::perror("line-echo: cannot listen");
    return 1;
  }
  std::printf("I am serving: clients on port %u\n", static_cast<unsigned>(port));
  std::fflush(stdout);
  echo.Serve();
}

}  // namespace
}  // namespace proxyherd::bench

int main(int argc, char** argv) {
  uint32_t port = 0;
  if (argc != 2 || !absl::SimpleAtoi(argv[1], &port) || port > 65'535) {
    std::fputs("usage: line-echo PORT\n", stderr);
    return 2;
  }
  return proxyherd::bench::Run(static_cast<uint16_t>(port));
}
