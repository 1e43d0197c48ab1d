// `herdctl drain` and `rolling-restart`: find the nodes in the herd file, and start.
#include "tools/herdctl/ask/drain.h"
#include "tools/herdctl/ask/herd_members.h"
#include "tools/herdctl/ask/rolling_restart_command.h"
#include "tools/herdctl/command/commands.h"
#include "tools/herdctl/command/output.h"

namespace proxyherd::tools {

int RunDrainOf(const Options& options) {
  const absl::StatusOr<config::HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return FailForAnswer(file.status());
  const absl::StatusOr<config::HerdNode> node = FindMember(*file, options.node, options);
  if (!node.ok()) return FailForAnswer(node.status());
  DrainCommand command = options.drain;
  command.node = node->name;
  command.json = options.json;
  return RunDrain(command, *file);
}

int RunRollingOf(const Options& options) {
  const absl::StatusOr<config::HerdFile> file = ReadHerdOf(options);
  if (!file.ok()) return FailForAnswer(file.status());
  for (const std::string& name : options.rolling.nodes) {
    const absl::StatusOr<config::HerdNode> node = FindMember(*file, name, options);
    if (!node.ok()) return FailForAnswer(node.status());
  }
  RollingCommand command = options.rolling;
  command.json = options.json;
  return RunRollingRestart(command, *file);
}

}  // namespace proxyherd::tools
