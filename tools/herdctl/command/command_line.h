// Parses herdctl's command line by the table of commands. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/herdctl/command/command_table.h"

namespace proxyherd::tools {

// Either a command to run and its options; or, if `command` is nullptr, a text to print and an exit
// code: 0 for --help and --version, otherwise the command's code for wrong usage.
struct ParsedCommandLine {
  const CommandRow* command = nullptr;  // of the table
  Options options;
  std::string text;
  int exit_code = 0;
};

// Returns the value of an environment variable; nullptr if it is not set.
using EnvironmentLookup = std::function<const char*(const char* name)>;

// `arguments` do not include the program's name. Options may stand anywhere after the command, as
// --name=VALUE or --name VALUE; `--` ends the options. A word that begins with a minus sign and a
// digit is an argument, because it is a place south of the equator.
ParsedCommandLine ParseCommandLine(const CommandTable& table,
                                   const std::vector<std::string>& arguments,
                                   const EnvironmentLookup& environment);

}  // namespace proxyherd::tools
