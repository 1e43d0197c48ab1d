#include "tools/herdctl/view/digest_findings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace proxyherd::tools {
namespace {

using States = std::vector<std::optional<KnownReport>>;

// Returns the newest report of any node; at least one node has the client.
std::optional<KnownReport> Newest(const States& at) {
  std::optional<KnownReport> newest;
  for (const auto& report : at) {
    if (report.has_value() && (!newest.has_value() || IsNewer(*report, *newest))) newest = report;
  }
  return newest;
}

ClientDifference Compare(const std::string& client, const States& before, const States& now) {
  ClientDifference difference{client, now, {}, {}, {}};
  const std::optional<KnownReport> newest_before = Newest(before);
  const std::optional<KnownReport> newest = Newest(now);
  for (size_t node = 0; node < now.size(); ++node) {
    if (now[node] == newest) {
      difference.newest.push_back(node);
    } else if (before[node] == now[node] && before[node] != newest_before) {
      (now[node].has_value() ? difference.older : difference.lacking).push_back(node);
    }
  }
  return difference;
}

}  // namespace

bool IsNewer(const KnownReport& a, const KnownReport& b) {
  return std::tie(a.reported_ns, b.received_ns, a.server, a.location, a.time) >
         std::tie(b.reported_ns, a.received_ns, b.server, b.location, b.time);
}

DigestFindings CompareLooks(const DigestLook& first, const DigestLook& second) {
  std::map<std::string, const States*> before;
  for (const ClientStates& client : first.clients) before[client.client] = &client.at;
  DigestFindings findings;
  findings.complete = first.complete && second.complete;
  for (const ClientStates& client : second.clients) {
    const auto found = before.find(client.client);
    if (found == before.end()) {
      ++findings.in_flight;
      continue;
    }
    ClientDifference difference = Compare(client.client, *found->second, client.at);
    if (difference.lacking.empty() && difference.older.empty()) {
      ++findings.in_flight;
    } else {
      findings.differences.push_back(std::move(difference));
    }
  }
  // Sorts by name, because the order of the walk, by hash, means nothing to people.
  std::sort(
      findings.differences.begin(), findings.differences.end(),
      [](const ClientDifference& a, const ClientDifference& b) { return a.client < b.client; });
  return findings;
}

}  // namespace proxyherd::tools
