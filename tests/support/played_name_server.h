// A name server on the loopback, played by a test.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "net/descriptor.h"
#include "net/socket_address.h"

namespace proxyherd {

// Used by one thread. Says nothing unless told to.
class PlayedNameServer {
 public:
  PlayedNameServer() : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket_.fd(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
  }

  // As ResolverOptions take it.
  std::string servers() const { return absl::StrCat("127.0.0.1:", net::LocalPort(socket_.fd())); }

  // Returns true if a question waits.
  bool HasQuestion() const {
    char byte = 0;
    return recv(socket_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  }
  // Waits for the next question and says nothing. Returns true if no other waits.
  bool Lose() {
    char buffer[512];
    recv(socket_.fd(), buffer, sizeof(buffer), 0);
    return !HasQuestion();
  }

  // Waits for the next question and answers it: for IPv4 with the addresses 127.0.0.x of `hosts`,
  // for other types with none. Returns false after a question of another type.
  bool Answer(const std::vector<uint8_t>& hosts) {
    char buffer[512];
    sockaddr_in from{};
    socklen_t size = sizeof(from);
    auto* const asker = reinterpret_cast<sockaddr*>(&from);
    const ssize_t length = recvfrom(socket_.fd(), buffer, sizeof(buffer), 0, asker, &size);
    if (length < kHeaderBytes) return false;
    const std::string_view question(buffer, static_cast<size_t>(length));
    // The name ends with an empty label; type and class follow.
    const size_t name_end = question.find('\0', kHeaderBytes);
    const bool ipv4 = question.substr(name_end + 1, 2) == std::string_view("\0\1", 2);
    std::string answer(question.substr(0, 2));
    answer.append("\x81\x80\0\1\0", 5).push_back(static_cast<char>(ipv4 ? hosts.size() : 0));
    answer.append(4, '\0').append(question.substr(kHeaderBytes, name_end + 5 - kHeaderBytes));
    for (const uint8_t host : hosts) {
      if (!ipv4) break;
      // The name of the question, type A, class IN, one minute, four bytes.
      answer.append("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0", 15)
          .push_back(static_cast<char>(host));
    }
    sendto(socket_.fd(), answer.data(), answer.size(), 0, asker, size);
    return ipv4;
  }

 private:
  static constexpr int kHeaderBytes = 12;

  const net::Descriptor socket_;
};

}  // namespace proxyherd
