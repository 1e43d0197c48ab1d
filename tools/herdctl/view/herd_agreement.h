// Decides from their reports whether the tables of a herd's nodes are equal. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

struct HerdAgreement {
  // The tables of all nodes that answer are equal, except for changes in flight.
  bool agree = false;
  uint64_t clients = 0;    // maximum over the nodes
  uint64_t in_flight = 0;  // records found in flight, if the tables are not equal at present
  // A sentence per difference: the nodes, and the number of clients; empty if all agree.
  std::vector<std::string> differences;
  // By node of the view: true if its table equals that of the largest group; false if it does not
  // answer.
  std::vector<bool> with_most;
};

// Two tables count as equal if their digests are equal, or if both ends of a link between the nodes
// report agreement; see Agreement in link.proto for its meaning.
HerdAgreement CheckAgreement(const HerdView& view);

// "all five agree on 12 clients, 3 in flight", "3 of 5 agree on 12 clients"; empty if no node
// answers.
std::string AgreementPhrase(const HerdView& view, const HerdAgreement& agreement);

}  // namespace proxyherd::tools
