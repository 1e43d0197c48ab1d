#include "tools/herdctl/view/digest_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/herdctl/view/reply_scanner.h"
#include "tools/herdctl/view/words.h"

namespace proxyherd::tools {
namespace {

using Json = nlohmann::ordered_json;

// Clients that one node lacks, or of which it has older reports, and whose newest reports are at
// the same other nodes.
struct Group {
  size_t node = 0;
  bool lacks = false;
  std::vector<size_t> newest;
  std::vector<const ClientDifference*> clients;
};

std::vector<Group> Groups(const DigestFindings& findings) {
  std::map<std::tuple<size_t, bool, std::vector<size_t>>, std::vector<const ClientDifference*>> by;
  for (const ClientDifference& difference : findings.differences) {
    for (const size_t node : difference.lacking) {
      by[{node, true, difference.newest}].push_back(&difference);
    }
    for (const size_t node : difference.older) {
      by[{node, false, difference.newest}].push_back(&difference);
    }
  }
  std::vector<Group> groups;
  for (auto& [key, clients] : by) {
    groups.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), std::move(clients)});
  }
  return groups;
}

std::vector<std::string> Names(const DigestReport& report, const std::vector<size_t>& nodes) {
  std::vector<std::string> names;
  for (const size_t node : nodes) names.push_back(report.compared[node]);
  return names;
}

std::string Sentence(const DigestReport& report, const Group& group, size_t max_clients) {
  std::string out = absl::StrCat(
      report.compared[group.node], " lacks ", Counted(group.clients.size(), "client"), " that ",
      Listed(Names(report, group.newest)), group.newest.size() == 1 ? " has" : " have");
  if (!group.lacks) {
    out = absl::StrCat(report.compared[group.node], " has an older report than ",
                       Listed(Names(report, group.newest)), " of ",
                       Counted(group.clients.size(), "client"));
  }
  const char* before = ": ";
  for (size_t i = 0; i < std::min(max_clients, group.clients.size()); ++i) {
    absl::StrAppend(&out, before, SafeForTerminal(group.clients[i]->client));
    before = ", ";
  }
  if (group.clients.size() > max_clients) {
    absl::StrAppend(&out, " and ", group.clients.size() - max_clients, " more");
  }
  return out;
}

// The number of clients in which two nodes differ. Each pair occurs once.
struct Pair {
  size_t a = 0;
  size_t b = 0;
  size_t clients = 0;
};

bool IsBehind(const ClientDifference& difference, size_t node) {
  const auto among = [&](const std::vector<size_t>& nodes) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  };
  return among(difference.lacking) || among(difference.older);
}

std::vector<Pair> Pairs(const DigestReport& report) {
  std::vector<Pair> pairs;
  for (size_t a = 0; a < report.compared.size(); ++a) {
    for (size_t b = a + 1; b < report.compared.size(); ++b) {
      const auto count =
          std::count_if(report.findings->differences.begin(), report.findings->differences.end(),
                        [&](const ClientDifference& difference) {
                          return difference.at[a] != difference.at[b] &&
                                 (IsBehind(difference, a) || IsBehind(difference, b));
                        });
      pairs.push_back({a, b, static_cast<size_t>(count)});
    }
  }
  return pairs;
}

// Renders the differences of all pairs as a matrix.
std::string Matrix(const DigestReport& report) {
  const std::vector<Pair> pairs = Pairs(report);
  const auto cell = [&](size_t a, size_t b) -> std::string {
    if (a == b) return "-";
    const auto pair = std::find_if(pairs.begin(), pairs.end(), [&](const Pair& one) {
      return one.a == std::min(a, b) && one.b == std::max(a, b);
    });
    return absl::StrCat(pair->clients);
  };
  int width = 9;
  for (const std::string& name : report.compared) {
    width = std::max(width, static_cast<int>(name.size()));
  }
  std::string out = absl::StrFormat("%-*s", width, "DIFFER BY");
  for (const std::string& name : report.compared) absl::StrAppendFormat(&out, "  %*s", width, name);
  for (size_t a = 0; a < report.compared.size(); ++a) {
    absl::StrAppendFormat(&out, "\n%-*s", width, report.compared[a]);
    for (size_t b = 0; b < report.compared.size(); ++b) {
      absl::StrAppendFormat(&out, "  %*s", width, cell(a, b));
    }
  }
  return out + "\n";
}

std::string NodeTable(const HerdView& view) {
  int width = 4;
  for (const MemberView& node : view.nodes) {
    width = std::max(width, static_cast<int>(node.name.size()));
  }
  std::string out =
      absl::StrFormat("%-*s  %-10s  %9s  %s\n", width, "NODE", "STATE", "CLIENTS", "DIGEST");
  for (const MemberView& node : view.nodes) {
    const bool known = Answers(node);
    absl::StrAppendFormat(&out, "%-*s  %-10s  %9s  %s\n", width, node.name,
                          StateName(node.report.state),
                          known ? absl::StrCat(node.report.records) : "-",
                          known ? SafeForTerminal(node.report.digest) : "-");
  }
  return out;
}

std::string Verdict(const DigestReport& report) {
  const size_t nodes = report.compared.size();
  if (nodes == 0) return "No node serves";
  uint64_t max_records = 0;
  for (const MemberView& node : report.view.nodes) {
    if (Answers(node)) max_records = std::max(max_records, node.report.records);
  }
  const std::string in_flight = report.findings.has_value() && report.findings->in_flight > 0
                                    ? absl::StrCat(", ", report.findings->in_flight, " in flight")
                                    : "";
  const bool all = nodes == report.view.nodes.size();
  if (!report.findings.has_value() || report.findings->differences.empty()) {
    if (nodes == 1)
      return absl::StrCat(report.compared[0], " knows ", Counted(max_records, "client"));
    const std::string who = all && nodes == 2 ? "Both"
                            : all             ? absl::StrCat("All ", NumberWord(nodes))
                                              : absl::StrCat("Those ", NumberWord(nodes));
    return absl::StrCat(who, " agree on ", Counted(max_records, "client"), in_flight);
  }
  return absl::StrCat(report.findings->complete ? "" : "At least ",
                      Counted(report.findings->differences.size(), "client"),
                      report.findings->differences.size() == 1 ? " differs" : " differ",
                      " between ", all ? "the " : "those ", NumberWord(nodes), " nodes", in_flight);
}

Json ReportJson(const std::optional<KnownReport>& report) {
  if (!report.has_value()) return nullptr;
  return {{"location", report->location}, {"time", report->time}, {"server", report->server}};
}

Json GroupJson(const DigestReport& report, const Group& group, size_t max_clients) {
  Json json = {{"node", report.compared[group.node]},
               {"kind", group.lacks ? "lacks" : "older"},
               {"newest_at", Names(report, group.newest)},
               {"count", group.clients.size()},
               {"clients", Json::array()}};
  for (size_t i = 0; i < std::min(max_clients, group.clients.size()); ++i) {
    const ClientDifference& difference = *group.clients[i];
    json["clients"].push_back({{"client_id", difference.client},
                               {"here", ReportJson(difference.at[group.node])},
                               {"newest", ReportJson(difference.at[group.newest[0]])}});
  }
  return json;
}

}  // namespace

bool AllAgree(const DigestReport& report) {
  const bool all_serve = std::all_of(
      report.view.nodes.begin(), report.view.nodes.end(),
      [](const MemberView& node) { return node.report.state == MemberState::kServing; });
  return all_serve && report.compared.size() == report.view.nodes.size() &&
         (!report.findings.has_value() ||
          (report.findings->differences.empty() && report.findings->complete));
}

std::string RenderDigest(const DigestReport& report, size_t max_clients) {
  std::string out = absl::StrCat(NodeTable(report.view), "\n", Verdict(report), ".\n");
  for (const MemberView& node : report.view.nodes) {
    if (node.report.state == MemberState::kServing) continue;
    absl::StrAppend(&out, "  ", node.name, " is ", StateName(node.report.state),
                    node.report.problem.empty() ? "" : ": ", SafeForTerminal(node.report.problem),
                    "\n");
  }
  if (!report.findings.has_value()) return out;
  for (const Group& group : Groups(*report.findings)) {
    absl::StrAppend(&out, "  ", Sentence(report, group, max_clients), "\n");
  }
  if (!report.findings->complete) {
    absl::StrAppend(&out, "  More may differ: the comparison ended after ",
                    Counted(DigestWalk::kMaxClients, "client"), " that do.\n");
  }
  if (report.compared.size() > 2 && !report.findings->differences.empty()) {
    absl::StrAppend(&out, "\n", Matrix(report));
  }
  return out;
}

std::string RenderDigestJson(const DigestReport& report, size_t max_clients) {
  Json json = {{"herd", report.view.herd}, {"all_agree", AllAgree(report)}};
  const DigestFindings none;
  const DigestFindings& findings = report.findings.has_value() ? *report.findings : none;
  json["differing"] = findings.differences.size();
  json["in_flight"] = findings.in_flight;
  json["complete"] = findings.complete;
  json["nodes"] = Json::array();
  for (const MemberView& node : report.view.nodes) {
    Json one = {{"name", node.name}, {"state", StateName(node.report.state)}};
    if (!node.report.problem.empty()) one["problem"] = node.report.problem;
    if (Answers(node)) {
      one["clients"] = node.report.records;
      one["digest"] = node.report.digest;
    }
    json["nodes"].push_back(std::move(one));
  }
  json["differences"] = Json::array();
  for (const Group& group : Groups(findings)) {
    json["differences"].push_back(GroupJson(report, group, max_clients));
  }
  // Nodes' strings may contain bytes that are not UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace proxyherd::tools
