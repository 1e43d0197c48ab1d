// Whether the nodes of a herd hold the same, from what they say of their tables and links. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/herdctl/view/herd_view.h"

namespace proxyherd {

struct HerdAgreement {
  // All nodes that answer hold the same, but for what is on its way.
  bool agree = false;
  uint64_t clients = 0;    // the most that any of them knows
  uint64_t in_flight = 0;  // records found on their way, if their tables are not equal just now
  // Who differs from whom by how many, a sentence each; empty when all agree.
  std::vector<std::string> differences;
  // Whether each node of the view holds what most hold; false for one that does not answer.
  std::vector<bool> with_most;
};

// Nodes hold the same when their digests are equal, or when a link between them says so at both of
// its ends: see the Agreement of link.proto's nodes for what a link means by it.
HerdAgreement CheckAgreement(const HerdView& view);

// "all five agree on 12 clients, 3 in flight", "3 of 5 agree on 12 clients"; empty when no node
// answers.
std::string AgreementPhrase(const HerdView& view, const HerdAgreement& agreement);

}  // namespace proxyherd
