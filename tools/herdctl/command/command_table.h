// What a table of commands is made of. From one such table herdctl is parsed (command_line.h),
// explained (command_help.h) and completed (bash_completion.h), so that the three never differ.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tools/herdctl/ask/options.h"

namespace proxyherd {

// Takes a value from the command line. INVALID_ARGUMENT says what is wrong with it. Of a flag the
// value is empty.
using Setter = absl::Status (*)(std::string_view value, Options& options);

// What a shell offers for a value.
enum class Completes { kNothing, kFiles, kNodes, kChoices };

struct ArgumentRow {
  std::string name;  // in capitals, as --help shows it
  std::string help;
  Setter set = nullptr;
  bool required = true;
  bool repeats = false;  // takes all that follow; of the last argument only
  Completes completes = Completes::kNothing;
  std::vector<std::string> choices = {};  // for kChoices
};

struct OptionRow {
  std::string name;   // with its dashes: "--herd"
  std::string value;  // in capitals, as --help shows it; empty: a flag, which takes none
  std::string help;
  Setter set = nullptr;
  Completes completes = Completes::kNothing;
  bool repeats = false;  // may be given more than once
  bool required = false;
  std::string environment = {};  // a variable that gives the value where the option does not
};

struct CommandRow {
  std::string name;
  std::string help;  // one line, without a full stop
  std::vector<ArgumentRow> arguments;
  std::vector<OptionRow> options;
  // Each exit code with its meaning.
  std::vector<std::pair<int, std::string>> exit_codes;
  int usage_exit_code = 2;
  // Does it. Returns the exit code.
  int (*run)(const Options& options) = nullptr;
  // What must hold of arguments and options together; may be null.
  absl::Status (*check)(const Options& options) = nullptr;
};

using CommandTable = std::vector<CommandRow>;

}  // namespace proxyherd
