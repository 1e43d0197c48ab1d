// The types of the table of commands. Parser (command_line.h), help (command_help.h) and completion
// (bash_completion.h) all use this table, so they never differ.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tools/herdctl/ask/options.h"

namespace proxyherd::tools {

// Stores a value from the command line. INVALID_ARGUMENT with a message if the value is invalid.
// The value of a flag is empty.
using Setter = absl::Status (*)(std::string_view value, Options& options);

// What the shell completion offers for a value.
enum class Completes { kNothing, kFiles, kNodes, kChoices };

struct ArgumentRow {
  std::string name;  // placeholder in --help, in capitals
  std::string help;
  Setter set = nullptr;
  bool required = true;
  bool repeats = false;  // takes all remaining words; only the last argument may
  Completes completes = Completes::kNothing;
  std::vector<std::string> choices = {};  // for kChoices
};

struct OptionRow {
  std::string name;   // with dashes: "--herd"
  std::string value;  // placeholder in --help, in capitals; empty for a flag
  std::string help;
  Setter set = nullptr;
  Completes completes = Completes::kNothing;
  bool repeats = false;  // may be given more than once
  bool required = false;
  std::string environment = {};  // environment variable to read if the option is not given
};

struct CommandRow {
  std::string name;
  std::string help;  // one line, without a full stop
  std::vector<ArgumentRow> arguments;
  std::vector<OptionRow> options;
  // Each exit code with its meaning.
  std::vector<std::pair<int, std::string>> exit_codes;
  int usage_exit_code = 2;
  // Executes the command. Returns the exit code.
  int (*run)(const Options& options) = nullptr;
  // Validates arguments and options together; may be empty.
  absl::Status (*check)(const Options& options) = nullptr;
};

using CommandTable = std::vector<CommandRow>;

}  // namespace proxyherd::tools
