// Shows what differs between the tables of a herd's nodes. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/herdctl/view/digest_findings.h"
#include "tools/herdctl/view/herd_view.h"

namespace proxyherd {

struct DigestReport {
  HerdView view;
  // The nodes that were compared, as the findings number them.
  std::vector<std::string> compared;
  // nullopt: their digests were equal, and nothing had to be looked at.
  std::optional<DigestFindings> findings;
};

// All nodes of the herd file serve and hold the same, but for what is on its way.
bool AllAgree(const DigestReport& report);

// A table, and sentences that name at most `most` clients each.
std::string RenderDigest(const DigestReport& report, size_t most);

// The same for programs; at most `most` clients for each difference.
std::string RenderDigestJson(const DigestReport& report, size_t most);

}  // namespace proxyherd
