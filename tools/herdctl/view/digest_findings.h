// The differences that are proved by two comparisons of several nodes' tables. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/herdctl/view/digest_walk.h"

namespace proxyherd::tools {

// A client of which some nodes had an older report, or none, in both comparisons.
struct ClientDifference {
  std::string client;
  // For each node, as numbered in the comparisons: its report in the second one.
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

// Compares two looks taken some time apart. While reports arrive, tables are never equal at one
// moment; so a difference is reported only if the node's state is the same in both looks.
DigestFindings CompareLooks(const DigestLook& first, const DigestLook& second);

// Returns true if `a` is newer than `b` in the herd's total order: greater client time, then
// earlier receipt, then greater server, location and text of the time.
bool IsNewer(const KnownReport& a, const KnownReport& b);

}  // namespace proxyherd::tools
