// Whether the ports of a node take connections.
#pragma once

#include <netdb.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/herd_file.h"
#include "tools/herdctl/view/ending.h"

namespace proxyherd {

// Not thread-safe.
class PortWatch {
 public:
  // Resolves the node's name once, and watches those of its ports that take connections now: others
  // could tell nothing of its end, for example behind a firewall. The gRPC port is always watched.
  // Takes 1 s for each address and port that does not answer.
  explicit PortWatch(const HerdNode& node);

  // Connects to each port that is watched.
  std::vector<PortAnswer> Ask() const;

 private:
  struct Port {
    std::string name;
    uint16_t number;
  };
  PortAnswer Ask(const Port& port) const;

  std::string no_address_;  // why there is none; empty: there is
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses_;
  std::vector<Port> ports_;
};

}  // namespace proxyherd
