// herdctl rolling-restart: executes the steps of a RollingRestart.
#pragma once

#include <string>
#include <vector>

#include "config/herd_file.h"

namespace proxyherd::tools {

struct RollingCommand {
  std::vector<std::string> nodes;  // REQUIRES: in the herd file; empty: all, in file order
  // Shell commands in which `{}` stands for the node's name. If empty, nodes are stopped with
  // Drain, and a supervisor is expected to restart them.
  std::string stop;
  std::string start;
  double end_within_s = 20;
  double back_within_s = 60;
  bool json = false;
};

// Prints progress and result. Returns the exit code: 0 if all nodes were restarted, 1 if a step
// failed, 2 if a command has no `{}`.
int RunRollingRestart(const RollingCommand& command, const config::HerdFile& file);

}  // namespace proxyherd::tools
