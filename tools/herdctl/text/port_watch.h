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
  // Resolves the node's name once, and watches the ports that accept connections now: others, for
  // example behind a firewall, would give no evidence of its end. The gRPC port is always watched.
  // Blocks up to 1 s for each address and port that does not answer.
  explicit PortWatch(const config::HerdNode& node);

  // Connects to each watched port.
  std::vector<PortAnswer> Ask() const;

 private:
  struct Port {
    std::string name;
    uint16_t number;
  };
  PortAnswer Ask(const Port& port) const;

  std::string no_address_;  // why the name has no address; empty: it has one
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses_;
  std::vector<Port> ports_;
};

}  // namespace proxyherd::tools
