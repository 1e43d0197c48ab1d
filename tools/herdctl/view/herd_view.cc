#include "tools/herdctl/view/herd_view.h"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace proxyherd::tools {
namespace {

// The fraction of a limit above which more memory will soon be needed.
constexpr double kNearlyFull = 0.9;

double Part(uint64_t of, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(of) / static_cast<double>(whole);
}

const MemberView* FindNode(const HerdView& view, const std::string& name) {
  const auto it = std::find_if(view.nodes.begin(), view.nodes.end(),
                               [&](const MemberView& node) { return node.name == name; });
  return it == view.nodes.end() ? nullptr : &*it;
}

std::string Reason(const std::string& node, const LinkEnd* end) {
  if (end == nullptr || end->reason.empty()) return "";
  return absl::StrCat(node, " says: ", end->reason);
}

LinkHealth ValidateLink(const HerdView& view, const std::string& a, const std::string& b) {
  const MemberView* node_a = FindNode(view, a);
  const MemberView* node_b = FindNode(view, b);
  const LinkEnd* end_a = node_a == nullptr ? nullptr : FindEnd(*node_a, b);
  const LinkEnd* end_b = node_b == nullptr ? nullptr : FindEnd(*node_b, a);
  LinkHealth link;
  link.a = a;
  link.b = b;
  link.has_ends = node_a != nullptr && Answers(*node_a) && node_b != nullptr && Answers(*node_b);
  link.up = end_a != nullptr && end_a->outgoing_up && end_a->incoming_up && end_b != nullptr &&
            end_b->outgoing_up && end_b->incoming_up;
  if (!link.up) {
    link.reason = Reason(a, end_a);
    if (link.reason.empty()) link.reason = Reason(b, end_b);
  }
  return link;
}

MemberView MakeMember(std::string name, int text_port, int grpc_port, int http_port,
                      MemberReport report) {
  MemberView member;
  member.name = std::move(name);
  member.text_port = text_port;
  member.grpc_port = grpc_port;
  member.http_port = http_port;
  member.report = std::move(report);
  return member;
}

void AddProblem(const MemberView& member, std::vector<std::string>& problems) {
  if (member.report.state == MemberState::kServing) return;
  std::string sentence = absl::StrCat(member.name, " is ", StateName(member.report.state));
  if (!member.report.problem.empty()) absl::StrAppend(&sentence, ": ", member.report.problem);
  problems.push_back(std::move(sentence));
}

}  // namespace

HerdView MakeHerdView(const config::HerdFile& file, std::vector<MemberReport> nodes,
                      std::optional<MemberReport> places) {
  assert(nodes.size() == file.nodes.size());
  assert(places.has_value() == file.places.has_value());
  HerdView view;
  view.herd = file.herd;
  for (size_t i = 0; i < file.nodes.size(); ++i) {
    const config::HerdNode& node = file.nodes[i];
    view.nodes.push_back(
        MakeMember(node.name, node.text_port, node.grpc_port, node.http_port, std::move(nodes[i])));
    view.nodes.back().link_port = node.link_port;
  }
  if (file.places.has_value() && places.has_value()) {
    view.places =
        MakeMember("places", 0, file.places->grpc_port, file.places->http_port, *std::move(places));
  }
  for (const auto& [a, b] : file.links) view.links.push_back(ValidateLink(view, a, b));

  for (MemberView& node : view.nodes) {
    for (const LinkHealth& link : view.links) {
      if (link.a != node.name && link.b != node.name) continue;
      ++node.links_configured;
      node.links_up += link.up ? 1 : 0;
    }
  }
  return view;
}

bool Answers(const MemberView& member) {
  return member.report.state == MemberState::kServing ||
         member.report.state == MemberState::kStarting ||
         member.report.state == MemberState::kUnready ||
         member.report.state == MemberState::kStopping;
}

const LinkEnd* FindEnd(const MemberView& node, const std::string& neighbour) {
  if (!Answers(node)) return nullptr;
  const auto& links = node.report.links;
  const auto it = std::find_if(links.begin(), links.end(),
                               [&](const LinkEnd& end) { return end.neighbour == neighbour; });
  return it == links.end() ? nullptr : &*it;
}

bool AllUp(const HerdView& view) { return Problems(view).empty(); }

int CountServing(const HerdView& view) {
  return static_cast<int>(std::count_if(
      view.nodes.begin(), view.nodes.end(),
      [](const MemberView& node) { return node.report.state == MemberState::kServing; }));
}

int CountLinksUp(const HerdView& view) {
  return static_cast<int>(std::count_if(view.links.begin(), view.links.end(),
                                        [](const LinkHealth& link) { return link.up; }));
}

std::vector<std::string> Problems(const HerdView& view) {
  std::vector<std::string> problems;
  for (const MemberView& node : view.nodes) AddProblem(node, problems);
  if (view.places.has_value()) AddProblem(*view.places, problems);
  for (const LinkHealth& link : view.links) {
    if (link.up || !link.has_ends) continue;
    std::string sentence = absl::StrCat("the link ", link.a, " - ", link.b, " is down");
    if (!link.reason.empty()) absl::StrAppend(&sentence, ": ", link.reason);
    problems.push_back(std::move(sentence));
  }
  return problems;
}

std::vector<std::string> Bounds(const HerdView& view) {
  std::vector<std::string> full;
  std::set<std::string> binding;
  for (const MemberView& node : view.nodes) {
    const MemberReport& report = node.report;
    if (!Answers(node)) continue;
    if (!report.bound_by.empty()) binding.insert(report.bound_by);
    const double part = std::max(Part(report.records, report.max_records),
                                 Part(report.table_bytes, report.max_table_bytes));
    if (part < kNearlyFull) continue;
    full.push_back(absl::StrFormat("%s is %.0f %% full: %d of %d clients, %d of %d MiB of table",
                                   node.name, 100 * part, report.records, report.max_records,
                                   report.table_bytes >> 20, report.max_table_bytes >> 20));
  }
  for (const std::string& words : binding) {
    full.push_back(absl::StrCat("a node's limits bind the others: ", words));
  }
  return full;
}

const char* StateName(MemberState state) {
  switch (state) {
    case MemberState::kServing:
      return "serving";
    case MemberState::kStarting:
      return "starting";
    case MemberState::kUnready:
      return "not ready";
    case MemberState::kStopping:
      return "stopping";
    case MemberState::kStranger:
      return "a stranger";
    case MemberState::kSilent:
      return "silent";
    case MemberState::kDown:
      return "down";
  }
  return "unknown";
}

}  // namespace proxyherd::tools
