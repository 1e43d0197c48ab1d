// The bash completion of herdctl's command line, generated from the table of commands. Pure.
#pragma once

#include <string>

#include "tools/herdctl/command/command_table.h"

namespace proxyherd::tools {

// Returns a bash script that completes commands, options, files, and the node names of the herd
// file given on the command line (or of `herd_path`).
std::string BashCompletion(const CommandTable& table, const std::string& herd_path);

}  // namespace proxyherd::tools
