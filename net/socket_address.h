// Addresses in two forms: for system calls, and for comparing clients (the limit per address).
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace proxyherd::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  uint16_t Port() const;
};

// Parses a numeric IPv4 or IPv6 address; nullopt if the text is not one.
std::optional<SocketAddress> ParseAddress(const std::string& address, uint16_t port);

// The port to which a socket is bound; 0 if it is not.
uint16_t LocalPort(int socket);

// The address of a client without its port. An IPv4 address is mapped into IPv6.
using ClientAddress = std::array<uint8_t, 16>;
ClientAddress ClientAddressOf(const SocketAddress& address);

}  // namespace proxyherd::net
