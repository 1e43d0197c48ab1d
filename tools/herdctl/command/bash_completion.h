// Makes bash complete herdctl's command line, from a table of commands. Pure.
#pragma once

#include <string>

#include "tools/herdctl/command/command_table.h"

namespace proxyherd {

// A script for bash to read: commands, options, files, and the names of the nodes of the herd file
// that the command line names (or of `herd_path`).
std::string BashCompletion(const CommandTable& table, const std::string& herd_path);

}  // namespace proxyherd
