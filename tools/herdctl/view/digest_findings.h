// The differences that two comparisons of several nodes' tables prove. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/herdctl/view/digest_walk.h"

namespace proxyherd::tools {

// A client of which some nodes have an older report, or none, in both comparisons.
struct ClientDifference {
  std::string client;
  // By node, as in the comparisons: its report in the second one.
  std::vector<std::optional<KnownReport>> at;
  // Nodes that lacked the client, or had the same older report, in both comparisons.
  std::vector<size_t> lacking;
  std::vector<size_t> older;
  // Nodes that have the newest report.
  std::vector<size_t> newest;
};

struct DigestFindings {
  std::vector<ClientDifference> differences;  // by client
  // Clients that differed only in the second comparison, or had changed since the first.
  size_t in_flight = 0;
  bool complete = true;  // false: more clients may differ
};

// While reports arrive, tables are never equal at the same moment: a difference counts only if the
// node's state has not changed between two comparisons some time apart.
DigestFindings CompareLooks(const DigestLook& first, const DigestLook& second);

// Returns true if `a` is newer than `b` by the herd's total order: the greater client time, then
// the earlier receipt, then server, location and the time's text.
bool IsNewer(const KnownReport& a, const KnownReport& b);

}  // namespace proxyherd::tools
