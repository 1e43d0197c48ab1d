// herd-node: one node of a herd.
#include <unistd.h>

#include <utility>

#include "base/env.h"
#include "node/logged_run.h"
#include "node/node.h"
#include "node/options/node_options.h"
#include "node/server_process.h"
#include "runtime/real_env.h"
#include "server/log/logger.h"
#include "server/signals/signals.h"

namespace {

// Tells supervisors not to restart the process; see --exit_when_displaced.
constexpr int kDisplacedExitCode = 3;

}  // namespace

int main(int argc, char** argv) {
  using namespace proxyherd;        // NOLINT(google-build-using-namespace): main has no namespace
  using namespace proxyherd::node;  // NOLINT(google-build-using-namespace): main has no namespace
  PrepareServerProcess(argv[0]);
  OptionsOr<NodeOptions> parsed = ParseNodeOptions(argc, argv, environ);
  if (!parsed.options.has_value()) return PrintAndEnd(parsed.text, parsed.exit_code);
  const std::string name = parsed.options->name;
  const CommonOptions common = parsed.options->common;
  return RunWithLog("herd-node", name, common, [&](server::Logger& logger) -> absl::StatusOr<int> {
    auto node = Node::Start(*std::move(parsed.options), logger, runtime::RealEnv());
    if (!node.ok()) return node.status();
    server::WaitForStopSignal([&] { (*node)->Reload(ParseNodeOptions(argc, argv, environ)); });
    const int exit_code = (*node)->EndsDisplaced() ? kDisplacedExitCode : 0;
    (*node)->Stop();
    logger.Info("stopped");
    return exit_code;
  });
}
