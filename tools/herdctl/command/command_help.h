// The texts of --help, generated from the table of commands. Pure.
#pragma once

#include <string>

#include "tools/herdctl/command/command_table.h"

namespace proxyherd::tools {

// `herdctl --help`.
std::string HelpOfAll(const CommandTable& table);

// `herdctl COMMAND --help`.
std::string HelpOf(const CommandRow& command);

}  // namespace proxyherd::tools
