#include "page/live/console_call.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "net/descriptor.h"

namespace proxyherd::page {
namespace {

net::Descriptor Connect(const TextPort& port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port.port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port.port);
  const bool is_v4 = inet_pton(AF_INET, port.address.c_str(), &v4.sin_addr) == 1;
  if (!is_v4 && inet_pton(AF_INET6, port.address.c_str(), &v6.sin6_addr) != 1) return {};
  const auto* const address =
      is_v4 ? reinterpret_cast<const sockaddr*>(&v4) : reinterpret_cast<const sockaddr*>(&v6);
  net::Descriptor made(socket(is_v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const bool connected =
      made.Open() && connect(made.fd(), address, is_v4 ? sizeof(v4) : sizeof(v6)) == 0;
  return connected ? std::move(made) : net::Descriptor();
}

// Sets the socket's receive time-out. Returns false if no time is left.
bool GiveTime(const net::Descriptor& connection, int64_t left_ns) {
  timeval time{};
  time.tv_sec = left_ns / kSecond;
  time.tv_usec = left_ns % kSecond / kMicrosecond;
  return left_ns > kMicrosecond &&
         setsockopt(connection.fd(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0;
}

}  // namespace

server::HttpAnswer AskTextPort(const TextPort& port, const std::string& line, Env& env) {
  const int64_t deadline_ns = env.MonotonicNs() + kConsoleTimeNs;
  const net::Descriptor connection = Connect(port);
  if (!connection.Open()) return {502, "the text port does not answer\n"};
  // The command is far smaller than the socket buffer, so sending never blocks.
  const std::string command = line + "\n";
  if (send(connection.fd(), command.data(), command.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(command.size()) ||
      shutdown(connection.fd(), SHUT_WR) != 0) {
    return {502, "the text port closed the connection\n"};
  }
  server::HttpAnswer answer;
  std::string room(size_t{16} * 1024, '\0');
  while (answer.body.size() < kMaxConsoleReplyBytes) {
    if (!GiveTime(connection, deadline_ns - env.MonotonicNs())) break;
    const ssize_t got = recv(connection.fd(), room.data(), room.size(), 0);
    if (got == 0) return answer;
    if (got < 0) break;
    answer.body.append(room, 0, static_cast<size_t>(got));
  }
  return {504, "the text port does not answer: is the node ready?\n"};
}

}  // namespace proxyherd::page
