// The sample client of the text protocol: `herdctl client`.
#pragma once

#include <string>

#include "net/host_port.h"

namespace proxyherd::tools {

// The node to connect to; `name` is shown to people.
struct ClientTarget {
  std::string name;
  net::HostPort address;
};

// At a terminal: shows a prompt, sends each command and prints its reply. If the connection is
// lost, prints that and reconnects at the next command. Returns the exit code: 1 if the first
// connection fails, otherwise 0.
int RunInteractiveClient(const ClientTarget& target);

// With a pipe: sends all of stdin, half-closes, and prints everything received until the node
// closes. Returns the exit code: 1 if the connection fails or ends before everything was sent,
// otherwise 0.
int RunPipedClient(const ClientTarget& target);

}  // namespace proxyherd::tools
