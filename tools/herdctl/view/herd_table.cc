#include "tools/herdctl/view/herd_table.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/herdctl/view/herd_agreement.h"

namespace proxyherd::tools {
namespace {

constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kRed = "\x1b[31m";

// Pads before colouring, because the escape sequences have no width.
std::string StateCell(MemberState state, bool colour) {
  const std::string padded = absl::StrFormat("%-10s", StateName(state));
  return colour ? absl::StrCat(StateColour(state), padded, kPlainColour) : padded;
}

std::string Row(const MemberView& member, bool agrees, size_t name_width, bool colour) {
  const std::string text = member.text_port == 0 ? "" : absl::StrCat(member.text_port);
  std::string row =
      absl::StrFormat("%-*s  %5s  %5d  %5d  %s", static_cast<int>(name_width), member.name, text,
                      member.grpc_port, member.http_port, StateCell(member.report.state, colour));
  if (member.links_configured > 0) {
    const bool known = Answers(member);
    absl::StrAppendFormat(&row, "  %9s  %5s  %s", known ? absl::StrCat(member.report.records) : "-",
                          absl::StrFormat("%d/%d", member.links_up, member.links_configured),
                          !known   ? "-"
                          : agrees ? "agrees"
                                   : "differs");
  }
  row.erase(row.find_last_not_of(' ') + 1);
  return row;
}

nlohmann::ordered_json MemberJson(const MemberView& member) {
  nlohmann::ordered_json json;
  json["name"] = member.name;
  if (member.text_port != 0) json["text_port"] = member.text_port;
  json["grpc_port"] = member.grpc_port;
  json["http_port"] = member.http_port;
  if (member.link_port != 0) json["link_port"] = member.link_port;
  json["state"] = StateName(member.report.state);
  if (!member.report.problem.empty()) json["problem"] = member.report.problem;
  return json;
}

nlohmann::ordered_json NodeJson(const MemberView& node, bool agrees) {
  nlohmann::ordered_json json = MemberJson(node);
  if (!Answers(node)) return json;
  json["records"] = node.report.records;
  json["max_records"] = node.report.max_records;
  json["table_bytes"] = node.report.table_bytes;
  json["max_table_bytes"] = node.report.max_table_bytes;
  json["bound_by"] = node.report.bound_by;
  json["digest"] = node.report.digest;
  json["agrees"] = agrees;
  json["links"] = nlohmann::ordered_json::array();
  for (const LinkEnd& end : node.report.links) {
    json["links"].push_back({{"neighbour", end.neighbour},
                             {"outgoing_up", end.outgoing_up},
                             {"incoming_up", end.incoming_up},
                             {"reason", end.reason},
                             {"agrees", end.agrees},
                             {"agreement_seconds", end.agreement_seconds},
                             {"differing", end.differing},
                             {"divergent", end.divergent}});
  }
  return json;
}

}  // namespace

const char* StateColour(MemberState state) {
  switch (state) {
    case MemberState::kServing:
      return kGreen;
    case MemberState::kStarting:
    case MemberState::kStopping:
    case MemberState::kSilent:
      return kYellow;
    case MemberState::kUnready:
    case MemberState::kStranger:
    case MemberState::kDown:
      return kRed;
  }
  return kPlainColour;
}

std::string RenderTable(const HerdView& view, bool colour) {
  size_t name_width = std::string_view("places").size();
  for (const MemberView& node : view.nodes) name_width = std::max(name_width, node.name.size());

  std::string out =
      absl::StrFormat("%-*s  %5s  %5s  %5s  %-10s  %9s  %5s  %s\n", static_cast<int>(name_width),
                      "NAME", "TEXT", "gRPC", "HTTP", "STATE", "RECORDS", "LINKS", "TABLE");
  const HerdAgreement agreement = CheckAgreement(view);
  for (size_t i = 0; i < view.nodes.size(); ++i) {
    absl::StrAppend(&out, Row(view.nodes[i], agreement.with_most[i], name_width, colour), "\n");
  }
  if (view.places.has_value()) {
    absl::StrAppend(&out, Row(*view.places, false, name_width, colour), "\n");
  }
  const std::string phrase = AgreementPhrase(view, agreement);
  absl::StrAppend(&out, "\n", RenderProgress(view), phrase.empty() ? "" : ", ", phrase, ".\n");
  for (const auto& sentences : {Problems(view), agreement.differences, Bounds(view)}) {
    for (const std::string& sentence : sentences) absl::StrAppend(&out, "  ", sentence, "\n");
  }
  return out;
}

std::string RenderProgress(const HerdView& view) {
  return absl::StrFormat("%d of %d nodes serve, %d of %d links are up", CountServing(view),
                         view.nodes.size(), CountLinksUp(view), view.links.size());
}

std::string RenderJson(const HerdView& view) {
  nlohmann::ordered_json json;
  json["herd"] = view.herd;
  json["all_up"] = AllUp(view);
  const HerdAgreement agreement = CheckAgreement(view);
  json["all_agree"] = agreement.agree;
  json["clients"] = agreement.clients;
  json["in_flight"] = agreement.in_flight;
  json["differences"] = agreement.differences;
  json["nodes"] = nlohmann::ordered_json::array();
  for (size_t i = 0; i < view.nodes.size(); ++i) {
    json["nodes"].push_back(NodeJson(view.nodes[i], agreement.with_most[i]));
  }
  if (view.places.has_value()) json["places"] = MemberJson(*view.places);
  json["links"] = nlohmann::ordered_json::array();
  for (const LinkHealth& link : view.links) {
    json["links"].push_back({{"nodes", {link.a, link.b}}, {"up", link.up}});
  }
  // Nodes' strings may contain bytes that are not UTF-8.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace proxyherd::tools
