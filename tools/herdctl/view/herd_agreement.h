// Decides from the nodes' reports whether the tables of a herd are equal. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

struct HerdAgreement {
  // True if the tables of all nodes that answer are equal, apart from changes in flight.
  bool agree = false;
  uint64_t clients = 0;    // maximum over the nodes
  uint64_t in_flight = 0;  // records found in flight, if the tables are not equal at present
  // A sentence per difference, with the nodes and the number of clients; empty if all agree.
  std::vector<std::string> differences;
  // For each node of the view: true if it answers and its table equals those of the largest group.
  std::vector<bool> with_most;
};

// Considers two tables equal if their digests are equal, or if both ends of a link between the
// nodes report agreement; see Agreement in link.proto for its meaning.
HerdAgreement CheckAgreement(const HerdView& view);

// Returns e.g. "all five agree on 12 clients, 3 in flight" or "only 3 of 5 agree"; empty if no node
// answers.
std::string AgreementPhrase(const HerdView& view, const HerdAgreement& agreement);

}  // namespace proxyherd::tools
