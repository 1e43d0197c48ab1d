// `herdctl digest`: compares all tables; if they differ, compares them again a second later.
#include <utility>

#include "base/env.h"
#include "runtime/wait.h"
#include "tools/herdctl/ask/digest_questions.h"
#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/member_probe.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"
#include "tools/herdctl/view/digest_report.h"

namespace proxyherd::tools {
namespace {

constexpr int kDefaultNamed = 10;
// Changes in flight have arrived by then. Nodes use the same delay for their links; see
// peer/repair/repair_rules.h.
constexpr int64_t kSecondLookAfterNs = 1 * kSecond;
// Enough for an answer about 64 ranges, or for 16 pages.
constexpr int64_t kLookTimeoutNs = 5 * kSecond;

// The nodes that are serving, in the order of the report.
std::vector<config::HerdNode> NodesToCompare(const config::HerdFile& file, const HerdView& view) {
  std::vector<config::HerdNode> nodes;
  for (size_t i = 0; i < file.nodes.size(); ++i) {
    if (view.nodes[i].report.state == MemberState::kServing) nodes.push_back(file.nodes[i]);
  }
  return nodes;
}

bool SameDigests(const HerdView& view) {
  const std::string* digest = nullptr;
  for (const MemberView& node : view.nodes) {
    if (node.report.state != MemberState::kServing) continue;
    if (digest != nullptr && node.report.digest != *digest) return false;
    digest = &node.report.digest;
  }
  return true;
}

absl::StatusOr<DigestFindings> CompareTables(const std::vector<config::HerdNode>& nodes) {
  DigestQuestions questions(nodes, kLookTimeoutNs);
  const absl::StatusOr<DigestLook> first = questions.Look();
  if (!first.ok()) return first.status();
  if (first->clients.empty()) return CompareLooks(*first, *first);
  runtime::SleepFor(kSecondLookAfterNs);
  const absl::StatusOr<DigestLook> second = questions.Look();
  if (!second.ok()) return second.status();
  return CompareLooks(*first, *second);
}

}  // namespace

int RunDigest(const Options& options) {
  const absl::StatusOr<config::HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return FailForAnswer(file.status());
  DigestReport report;
  HerdProbe probe(*file);
  report.view = probe.Ask(kAnswerTimeoutNs);
  const std::vector<config::HerdNode> nodes = NodesToCompare(*file, report.view);
  for (const config::HerdNode& node : nodes) report.compared.push_back(node.name);
  if (!SameDigests(report.view)) {
    absl::StatusOr<DigestFindings> findings = CompareTables(nodes);
    if (!findings.ok()) return FailForAnswer(findings.status());
    report.findings = *std::move(findings);
    // The differences were in flight or have been repaired: show the new state.
    if (report.findings->differences.empty()) report.view = probe.Ask(kAnswerTimeoutNs);
  }
  const auto max_clients =
      static_cast<size_t>(options.max_count == 0 ? kDefaultNamed : options.max_count);
  Print(options.json ? RenderDigestJson(report, max_clients) : RenderDigest(report, max_clients));
  return AllAgree(report) ? 0 : kExitFailure;
}

}  // namespace proxyherd::tools
