#include "net/socket_address.h"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace proxyherd::net {
namespace {

constexpr size_t kMappedPrefixBytes = 12;

}  // namespace

uint16_t SocketAddress::Port() const {
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

// Uses the resolver, because only it knows the zones of link-local addresses ("fe80::1%eth0").
std::optional<SocketAddress> ParseAddress(const std::string& address, uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return std::nullopt;
  }
  SocketAddress result;
  result.size = found->ai_addrlen;
  std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  return result;
}

uint16_t LocalPort(int socket) {
  SocketAddress address;
  if (getsockname(socket, address.get(), &address.size) != 0) return 0;
  return address.Port();
}

ClientAddress ClientAddressOf(const SocketAddress& address) {
  ClientAddress bytes{};
  if (address.storage.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    std::memcpy(bytes.data(), &v6->sin6_addr, bytes.size());
  } else {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
    bytes[kMappedPrefixBytes - 2] = bytes[kMappedPrefixBytes - 1] = 0xff;
    std::memcpy(bytes.data() + kMappedPrefixBytes, &v4->sin_addr, sizeof(v4->sin_addr));
  }
  return bytes;
}

}  // namespace proxyherd::net
