// herdctl: looks at a running herd, and talks to it. The subcommands are in options.h.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "node/herd_file.h"
#include "tools/health_check.h"
#include "tools/herd_table.h"
#include "tools/member_probe.h"
#include "tools/near_name.h"
#include "tools/node_questions.h"
#include "tools/node_table.h"
#include "tools/options.h"
#include "tools/sample_client.h"

namespace proxyherd {
namespace {

constexpr int kFailure = 1;
constexpr int kUsageError = 2;

// A member that does not answer within this time is called silent.
constexpr std::chrono::milliseconds kAnswerTimeout(1000);
// How often `status --wait` looks again.
constexpr std::chrono::milliseconds kLookEvery(100);

int Fail(int code, const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  return code;
}

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// Whether to colour what goes to the output.
bool Colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

// Shows on a terminal how far a herd has come; the line is overwritten.
class ProgressLine {
 public:
  void Show(const HerdView& view) {
    if (!on_terminal_) return;
    std::fprintf(stderr, "\r\x1b[K%s", RenderProgress(view).c_str());
    shown_ = true;
  }
  void Clear() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
  }

 private:
  const bool on_terminal_ = isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
};

int RunStatus(const Options& options, const HerdFile& file) {
  HerdProbe probe(file);
  const auto deadline = std::chrono::steady_clock::now() +
                        std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                            std::chrono::duration<double>(options.wait_s));
  ProgressLine progress;
  HerdView view = probe.Ask(kAnswerTimeout);
  while (!AllUp(view) && std::chrono::steady_clock::now() + kLookEvery < deadline) {
    progress.Show(view);
    std::this_thread::sleep_for(kLookEvery);
    view = probe.Ask(kAnswerTimeout);
  }
  progress.Clear();
  Print(options.json ? RenderJson(view) : RenderTable(view, Colour()));
  return AllUp(view) ? 0 : kFailure;
}

int RunHealth(const Options& options) {
  const HealthAnswer answer = CheckHealth(options.address, options.service);
  std::fprintf(answer.health == Health::kServing ? stdout : stderr, "%s\n", answer.text.c_str());
  return static_cast<int>(answer.health);
}

int RunClient(const ClientTarget& target) {
  const bool interactive = isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
  return interactive ? RunInteractiveClient(target) : RunPipedClient(target);
}

int FailForName(const std::string& name, const Options& options, const HerdFile& file) {
  std::vector<std::string> names;
  for (const HerdNode& node : file.nodes) names.push_back(node.name);
  const std::string near = NearestName(name, names);
  return Fail(kUsageError,
              absl::StrCat("herdctl: no node called '", name, "' in ", options.herd_path,
                           near.empty() ? "" : absl::StrCat("; did you mean '", near, "'?")));
}

int FailForAnswer(const absl::Status& status) {
  const bool usage = status.code() == absl::StatusCode::kInvalidArgument;
  return Fail(usage ? kUsageError : kFailure,
              absl::StrCat("herdctl: ", std::string(status.message())));
}

// Talks to the node that any node of the herd file finds best.
int RunClientNear(const Options& options, const HerdFile& file) {
  NodeQuestions questions(file.nodes, kAnswerTimeout);
  const absl::StatusOr<FoundAnswer> answer = questions.FindNode(options.place, 1);
  if (!answer.ok()) return FailForAnswer(answer.status());
  if (answer->nodes.empty()) return Fail(kFailure, absl::StrCat("herdctl: ", RenderFound(*answer)));
  const NodeRow& node = answer->nodes[0].node;
  return RunClient({node.name, {node.host, absl::StrCat(node.text_port)}});
}

int RunClientOf(const Options& options, const HerdFile& file) {
  if (!options.place.empty()) return RunClientNear(options, file);
  if (const HerdNode* node = file.Find(options.target); node != nullptr) {
    return RunClient({node->name, {node->host, absl::StrCat(node->text_port)}});
  }
  return FailForName(options.target, options, file);
}

// Commands that ask one node about all.
int RunQuestion(const Options& options, const HerdFile& file) {
  std::vector<HerdNode> nodes = file.nodes;
  if (!options.node.empty()) {
    const HerdNode* node = file.Find(options.node);
    if (node == nullptr) return FailForName(options.node, options, file);
    nodes = {*node};
  }
  NodeQuestions questions(std::move(nodes), kAnswerTimeout);
  if (options.command == Options::Command::kNodes) {
    const absl::StatusOr<NodesAnswer> answer = questions.ListNodes();
    if (!answer.ok()) return FailForAnswer(answer.status());
    Print(options.json ? RenderNodesJson(*answer) : RenderNodes(*answer, Colour()));
    return 0;
  }
  if (options.command == Options::Command::kFindNode) {
    const absl::StatusOr<FoundAnswer> answer = questions.FindNode(options.place, options.most);
    if (!answer.ok()) return FailForAnswer(answer.status());
    Print(options.json ? RenderFoundJson(*answer) : RenderFound(*answer));
    return answer->nodes.empty() ? kFailure : 0;
  }
  const absl::StatusOr<AnnouncementRow> posted =
      questions.PostNotice(options.text, options.lifetime_s);
  if (!posted.ok()) return FailForAnswer(posted.status());
  Print(options.json ? RenderPostedJson(*posted) : RenderPosted(*posted));
  return 0;
}

int RunDrainOf(const Options& options, const HerdFile& file) {
  if (file.Find(options.node) == nullptr) return FailForName(options.node, options, file);
  DrainCommand command = options.drain;
  command.node = options.node;
  command.json = options.json;
  return RunDrain(command, file);
}

int RunRollingOf(const Options& options, const HerdFile& file) {
  for (const std::string& name : options.rolling.nodes) {
    if (file.Find(name) == nullptr) return FailForName(name, options, file);
  }
  RollingCommand command = options.rolling;
  command.json = options.json;
  return RunRollingRestart(command, file);
}

int Run(const Options& options) {
  if (options.command == Options::Command::kHealth) return RunHealth(options);
  if (options.command == Options::Command::kClient && absl::StrContains(options.target, ':')) {
    const absl::StatusOr<HostPort> address = SplitHostPort(options.target);
    if (!address.ok()) {
      return Fail(kUsageError, absl::StrCat("herdctl: ", address.status().message()));
    }
    return RunClient({options.target, *address});
  }
  const absl::StatusOr<HerdFile> file = ReadHerdFile(options.herd_path);
  if (!file.ok()) return Fail(kUsageError, std::string(file.status().message()));
  if (options.command == Options::Command::kClient) return RunClientOf(options, *file);
  if (options.command == Options::Command::kDrain) return RunDrainOf(options, *file);
  if (options.command == Options::Command::kRolling) return RunRollingOf(options, *file);
  if (options.command == Options::Command::kStatus) return RunStatus(options, *file);
  return RunQuestion(options, *file);
}

int Main(const std::vector<std::string>& arguments) {
  const ParsedOptions parsed = ParseOptions(arguments);
  if (parsed.options.has_value()) return Run(*parsed.options);
  std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
  return parsed.exit_code;
}

}  // namespace
}  // namespace proxyherd

int main(int argc, char** argv) {
  return proxyherd::Main(std::vector<std::string>(argv + 1, argv + argc));
}
