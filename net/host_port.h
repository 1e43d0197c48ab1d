// An address and a port as one text, in the form that gRPC reads.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"

namespace proxyherd {

// "127.0.0.1:11003", "[::1]:11003".
inline std::string HostPort(const std::string& host, uint16_t port) {
  const bool bare_ipv6 = host.find(':') != std::string::npos && host[0] != '[';
  return bare_ipv6 ? absl::StrCat("[", host, "]:", port) : absl::StrCat(host, ":", port);
}

// The address at which a process reaches a port that it listens on: for a wildcard address,
// loopback.
inline std::string ReachableAddress(const std::string& listen) {
  if (listen == "0.0.0.0") return "127.0.0.1";
  return listen == "::" ? "::1" : listen;
}

}  // namespace proxyherd
