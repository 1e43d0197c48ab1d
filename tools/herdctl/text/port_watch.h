// Observes whether the ports of a node accept connections.
#pragma once

#include <netdb.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/herd_file.h"
#include "tools/herdctl/view/ending.h"

namespace proxyherd::tools {

// Not thread-safe.
class PortWatch {
 public:
  // Resolves the node's name once, and watches the ports that accept connections now. Other ports,
  // e.g. behind a firewall, would not show that the node has ended. The gRPC port is always
  // watched. Blocks for up to 1 s per address and port that does not answer.
  explicit PortWatch(const config::HerdNode& node);

  // Tries to connect to each watched port.
  std::vector<PortAnswer> Ask() const;

 private:
  struct Port {
    std::string name;
    uint16_t number;
  };
  PortAnswer Ask(const Port& port) const;

  std::string no_address_;  // why the name has no address; empty if it has one
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses_;
  std::vector<Port> ports_;
};

}  // namespace proxyherd::tools
