// The sample client of the text protocol: `herdctl client`.
#pragma once

#include <string>

#include "tools/herdctl/text/text_connection.h"

namespace proxyherd {

// Whom to talk to: `name` is what a person calls it.
struct ClientTarget {
  std::string name;
  HostPort address;
};

// At a terminal: a prompt; each command is sent, its reply printed; when the node has gone away it
// says so and connects again at the next command. Returns the exit code: 0, or 1 when the first
// connection fails.
int RunInteractiveClient(const ClientTarget& target);

// With a pipe: sends all of stdin, half-closes, prints what comes back until the node closes.
// Returns the exit code: 0, or 1 when the connection fails or ends before everything was sent.
int RunPipedClient(const ClientTarget& target);

}  // namespace proxyherd
