// herd-node: one node of a herd.
#include <unistd.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "core/env.h"
#include "node/logger.h"
#include "node/node.h"
#include "node/node_options.h"
#include "node/second_signal.h"
#include "node/server_process.h"
#include "node/version.h"

int main(int argc, char** argv) {
  using namespace proxyherd;  // NOLINT(google-build-using-namespace): main has no namespace
  PrepareServerProcess(argv[0]);
  OptionsOr<NodeOptions> parsed = ParseNodeOptions(argc, argv, environ);
  if (!parsed.options.has_value()) {
    std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
    return parsed.exit_code;
  }
  Logger logger(parsed.options->name, ResolveLogFormat(parsed.options->common.log_format),
                parsed.options->common.log_level);
  logger.Info(absl::StrCat("I am starting: herd-node ", kVersion, " of the herd ",
                           parsed.options->common.herd.herd));
  auto node = Node::Start(*std::move(parsed.options), logger, Env::Real());
  if (!node.ok() && absl::IsCancelled(node.status()) && IsStopSignalPending()) {
    logger.Info("I have stopped before all places were read");
    return 0;
  }
  if (!node.ok()) {
    logger.Error(std::string(node.status().message()));
    return 1;
  }
  const int signal =
      WaitForStopSignal([&] { (*node)->Reload(ParseNodeOptions(argc, argv, environ)); });
  const SecondSignal second(signal, logger);
  (*node)->Stop();
  logger.Info("I have stopped");
  return 0;
}
