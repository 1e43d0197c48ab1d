// Who may speak on a link: judges the hello of a neighbour.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "peer/protocol/link_messages.h"
#include "peer/protocol/member.h"

namespace proxyherd {

// What a node knows of itself and of its links.
struct LinkIdentity {
  std::string herd;
  std::string node;
  uint64_t epoch_ns = 0;  // start of the process, in ns since 1970
  uint64_t topology_hash = 0;
  std::vector<std::string> neighbours;  // sorted
  int64_t expire_after_ns = 0;          // 0: never
  NodeAddress address = {};             // its own, for its notice
  std::vector<std::string> nodes = {};  // of the herd file
};

// The part of it that the herd file says of the whole herd, which may change while the node runs.
struct HerdShape {
  uint64_t topology_hash = 0;
  std::vector<std::string> neighbours;  // sorted
  std::vector<std::string> nodes;
};

// Refuses, with a reason that both ends log: another herd or protocol version
// (FAILED_PRECONDITION), a node that is not a configured neighbour (PERMISSION_DENIED). Another
// topology hash is not refused, so that a herd can grow while it runs.
absl::Status CheckHello(const LinkIdentity& own, const Hello& hello);

// The same for the answer of the neighbour that was dialled as `neighbour`.
absl::Status CheckAnswer(const LinkIdentity& own, const std::string& neighbour, const Hello& hello);

Hello MakeHello(const LinkIdentity& own, uint64_t attempt);

}  // namespace proxyherd
