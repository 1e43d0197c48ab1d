// What follows from two looks at the tables of several nodes. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/herdctl/view/digest_walk.h"

namespace proxyherd {

// A client of which some nodes know less than others, in both looks.
struct ClientDifference {
  std::string client;
  // By node, as in the looks: what it knew in the second look.
  std::vector<std::optional<KnownReport>> at;
  // Nodes that lacked the client, or had the same older report, in both looks.
  std::vector<size_t> lacking;
  std::vector<size_t> older;
  // Nodes that have the newest report.
  std::vector<size_t> newest;
};

struct DigestFindings {
  std::vector<ClientDifference> differences;  // by client
  // Clients that differed in the second look only, or had changed since the first.
  size_t in_flight = 0;
  bool complete = true;  // false: there may be more of both
};

// While reports come in, nodes never hold the same at the same moment: what a node lacks counts
// only when its state has not changed from one look to the next, some time later.
DigestFindings CompareLooks(const DigestLook& first, const DigestLook& second);

// Whether `a` is newer than `b`, by the rule of the herd: the greater time of the client, then the
// earlier receipt, then server, location and time's text.
bool IsNewer(const KnownReport& a, const KnownReport& b);

}  // namespace proxyherd
