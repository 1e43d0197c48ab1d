// The commands of herdctl that make one call: nodes, find-node, notice, health, client.
#include <unistd.h>

#include <cstdio>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "net/host_port.h"
#include "tools/herdctl/ask/health_check.h"
#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/member_probe.h"
#include "tools/herdctl/ask/node_questions.h"
#include "tools/herdctl/command/bash_completion.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"
#include "tools/herdctl/text/sample_client.h"
#include "tools/herdctl/view/node_table.h"

namespace proxyherd::tools {
namespace {

constexpr int kDefaultFoundNodes = 3;

int Talk(const ClientTarget& target) {
  const bool interactive = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  return interactive ? RunInteractiveClient(target) : RunPipedClient(target);
}

// Connects to the node that FindNode recommends, asked of any node of the herd file.
int TalkNear(const Options& options, const config::HerdFile& file) {
  NodeQuestions questions(file.nodes, kAnswerTimeoutNs);
  const absl::StatusOr<FoundAnswer> answer = questions.FindNode(options.place, 1);
  if (!answer.ok()) return FailForAnswer(answer.status());
  if (answer->nodes.empty()) {
    return Fail(kExitFailure, absl::StrCat("herdctl: ", RenderFound(*answer)));
  }
  const NodeRow& node = answer->nodes[0].node;
  return Talk({node.name, {node.host, static_cast<uint16_t>(node.text_port)}});
}

}  // namespace

int RunHealth(const Options& options) {
  const HealthAnswer answer = CheckHealth(options.address, options.service);
  std::fprintf(answer.health == Health::kServing ? stdout : stderr, "%s\n", answer.text.c_str());
  return static_cast<int>(answer.health);
}

int RunClient(const Options& options) {
  if (absl::StrContains(options.target, ':')) {
    const absl::StatusOr<net::HostPort> address = net::SplitHostPort(options.target);
    if (!address.ok()) return FailForAnswer(address.status());
    return Talk({options.target, *address});
  }
  const absl::StatusOr<config::HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return FailForAnswer(file.status());
  if (!options.place.empty()) return TalkNear(options, *file);
  const absl::StatusOr<config::HerdNode> node = FindMember(*file, options.target, options);
  if (!node.ok()) return FailForAnswer(node.status());
  return Talk({node->name, {node->host, node->text_port}});
}

int RunNodes(const Options& options) {
  const absl::StatusOr<std::vector<config::HerdNode>> nodes = MembersToAsk(options);
  if (!nodes.ok()) return FailForAnswer(nodes.status());
  const absl::StatusOr<NodesAnswer> answer = NodeQuestions(*nodes, kAnswerTimeoutNs).ListNodes();
  if (!answer.ok()) return FailForAnswer(answer.status());
  Print(options.json ? RenderNodesJson(*answer) : RenderNodes(*answer, ColourOutput()));
  return 0;
}

int RunFindNode(const Options& options) {
  const absl::StatusOr<std::vector<config::HerdNode>> nodes = MembersToAsk(options);
  if (!nodes.ok()) return FailForAnswer(nodes.status());
  const int max_nodes = options.max_count == 0 ? kDefaultFoundNodes : options.max_count;
  const absl::StatusOr<FoundAnswer> answer =
      NodeQuestions(*nodes, kAnswerTimeoutNs).FindNode(options.place, max_nodes);
  if (!answer.ok()) return FailForAnswer(answer.status());
  Print(options.json ? RenderFoundJson(*answer) : RenderFound(*answer));
  return answer->nodes.empty() ? kExitFailure : 0;
}

int RunAnnounce(const Options& options) {
  const absl::StatusOr<std::vector<config::HerdNode>> nodes = MembersToAsk(options);
  if (!nodes.ok()) return FailForAnswer(nodes.status());
  const absl::StatusOr<AnnouncementRow> posted =
      NodeQuestions(*nodes, kAnswerTimeoutNs).PostNotice(options.text, options.lifetime_s);
  if (!posted.ok()) return FailForAnswer(posted.status());
  Print(options.json ? RenderPostedJson(*posted) : RenderPosted(*posted));
  return 0;
}

int RunCompletion(const Options& options) {
  Print(BashCompletion(HerdctlCommands(), options.herd_path));
  return 0;
}

}  // namespace proxyherd::tools
