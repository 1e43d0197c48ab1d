// The handshake of a link: makes this node's hello, and validates a neighbour's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/member.h"

namespace proxyherd::peer {

// A node's description of itself and of its links.
struct LinkIdentity {
  std::string herd;
  std::string node;
  uint64_t epoch_ns = 0;  // start of the process, in ns since 1970
  uint64_t topology_hash = 0;
  std::vector<std::string> neighbours;  // sorted
  int64_t expire_after_ns = 0;          // 0: never
  NodeAddress address = {};             // this node's own, for its membership entry
  std::vector<std::string> nodes = {};  // of the herd file
  // Something waits for neighbours' acknowledgements: clients' replies (--ack_after=neighbour), or
  // the end of this node. So none may wait for a heartbeat.
  bool awaits_acknowledgements = false;
};

// The fields of LinkIdentity that describe the herd. They come from the herd file and may change
// while the node runs.
struct HerdShape {
  uint64_t topology_hash = 0;
  std::vector<std::string> neighbours;  // sorted
  std::vector<std::string> nodes;
};

// Validates the hello of a node that has dialled this one. Returns FAILED_PRECONDITION if its herd
// or protocol version differs, PERMISSION_DENIED if it is not a configured neighbour; both ends log
// the message. A different topology hash is accepted, so that a herd can grow while it runs.
absl::Status CheckHello(const LinkIdentity& own, const Hello& hello);

// Validates, in the same way, the hello with which the node dialled as `neighbour` has answered.
absl::Status CheckAnswer(const LinkIdentity& own, const std::string& neighbour, const Hello& hello);

Hello MakeHello(const LinkIdentity& own, uint64_t attempt);

}  // namespace proxyherd::peer
