// Converts a host and a port to and from HOST:PORT, in the form that gRPC reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace proxyherd::net {

struct HostPort {
  std::string host;  // a name or an address, which for IPv6 is without brackets
  uint16_t port = 0;
};

// Returns e.g. "127.0.0.1:11003" or "[::1]:11003". The host may have its brackets already.
std::string JoinHostPort(std::string_view host, uint16_t port);

// An IPv6 address may be in brackets. INVALID_ARGUMENT if the text is malformed, or the port is 0.
absl::StatusOr<HostPort> SplitHostPort(std::string_view text);

// The address at which a process reaches a port that it listens on; loopback for a wildcard
// address.
inline std::string ReachableAddress(const std::string& listen) {
  if (listen == "0.0.0.0") return "127.0.0.1";
  return listen == "::" ? "::1" : listen;
}

}  // namespace proxyherd::net
