// herdctl rolling-restart: carries out what a RollingRestart says.
#pragma once

#include <string>
#include <vector>

#include "config/herd_file.h"

namespace proxyherd {

struct RollingCommand {
  std::vector<std::string> nodes;  // REQUIRES: of the herd file; empty: all, in its order
  // Shell commands, `{}` for the node's name. Empty: Drain, and a supervisor that restarts nodes.
  std::string stop;
  std::string start;
  double end_within_s = 20;
  double back_within_s = 60;
  bool json = false;
};

// Prints; returns the exit code: 0 all have been restarted, 1 something went wrong, 2 a command
// without `{}`.
int RunRollingRestart(const RollingCommand& command, const HerdFile& file);

}  // namespace proxyherd
