// Renders the differences between the tables of a herd's nodes. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/herdctl/view/digest_findings.h"
#include "tools/herdctl/view/herd_view.h"

namespace proxyherd::tools {

struct DigestReport {
  HerdView view;
  // The nodes that were compared, in the order in which the findings number them.
  std::vector<std::string> compared;
  // nullopt if the digests were equal, so that nothing was compared.
  std::optional<DigestFindings> findings;
};

// Returns true if all nodes of the herd file are serving and their tables are equal, apart from
// changes in flight.
bool AllAgree(const DigestReport& report);

// For people: a table, and sentences that list at most `max_clients` clients each.
std::string RenderDigest(const DigestReport& report, size_t max_clients);

// For programs, as JSON; at most `max_clients` clients per difference.
std::string RenderDigestJson(const DigestReport& report, size_t max_clients);

}  // namespace proxyherd::tools
