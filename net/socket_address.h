// Addresses as the system's calls want them, and as a limit per address compares them.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace proxyherd {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  uint16_t Port() const;
};

// A numeric IPv4 or IPv6 address; nullopt: it is none.
std::optional<SocketAddress> ParseAddress(const std::string& address, uint16_t port);

// Where a client comes from, without its port. An IPv4 address is as it is within IPv6.
using ClientAddress = std::array<uint8_t, 16>;
ClientAddress ClientAddressOf(const SocketAddress& address);

}  // namespace proxyherd
