// The bash completion of herdctl's command line, generated from the table of commands. Pure.
#pragma once

#include <string>

#include "tools/herdctl/command/command_table.h"

namespace proxyherd::tools {

// Returns a bash script that completes commands, options, files, and names of nodes. These are read
// from the herd file given on the command line, or else from `herd_path`.
std::string BashCompletion(const CommandTable& table, const std::string& herd_path);

}  // namespace proxyherd::tools
