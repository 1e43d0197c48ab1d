#include "tools/herdctl/command/command_help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace proxyherd::tools {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

// Formats two columns under a title; empty if `lines` is empty.
std::string Columns(const char* title, const Lines& lines) {
  if (lines.empty()) return "";
  size_t width = 0;
  for (const auto& [left, right] : lines) width = std::max(width, left.size());
  std::string out = absl::StrCat("\n", title, ":\n");
  for (const auto& [left, right] : lines) {
    absl::StrAppendFormat(&out, "  %-*s  %s\n", static_cast<int>(width), left, right);
  }
  return out;
}

std::string OptionSyntax(const OptionRow& option) {
  return option.value.empty() ? option.name : absl::StrCat(option.name, "=", option.value);
}

std::string OptionHelp(const OptionRow& option) {
  std::string help = option.help;
  if (option.required) absl::StrAppend(&help, "; required");
  if (option.repeats) absl::StrAppend(&help, "; may be given several times");
  if (!option.environment.empty()) absl::StrAppend(&help, " [", option.environment, "]");
  return help;
}

}  // namespace

std::string HelpOfAll(const CommandTable& table) {
  Lines commands;
  for (const CommandRow& command : table) commands.emplace_back(command.name, command.help);
  return absl::StrCat(
      "herdctl inspects and controls a running herd.\n\nUsage: herdctl COMMAND [ARGUMENT] "
      "[--OPTION ...]\n",
      Columns("Commands", commands),
      Columns("Options", {{"--help", "Show this; after a command, its help"},
                          {"--version", "Show the version"}}),
      "\nExit code: 0 ok, 1 failure, 2 wrong usage or herd file; `health` has those "
      "of\ngrpc_health_probe. Answers go to stdout, errors to stderr. Colours are used only "
      "on\nterminals, and not if NO_COLOR is set.\n");
}

std::string HelpOf(const CommandRow& command) {
  std::string usage = absl::StrCat("Usage: herdctl ", command.name);
  Lines arguments;
  for (const ArgumentRow& argument : command.arguments) {
    absl::StrAppend(&usage, argument.required ? " " : " [", argument.name,
                    argument.repeats ? " ..." : "", argument.required ? "" : "]");
    arguments.emplace_back(argument.name, argument.help);
  }
  Lines options;
  for (const OptionRow& option : command.options) {
    options.emplace_back(OptionSyntax(option), OptionHelp(option));
  }
  options.emplace_back("--help", "Show this");
  Lines codes;
  for (const auto& [code, meaning] : command.exit_codes) {
    codes.emplace_back(absl::StrCat(code), meaning);
  }
  return absl::StrCat(usage, " [--OPTION ...]\n\n", command.help, ".\n",
                      Columns("Arguments", arguments), Columns("Options", options),
                      Columns("Exit code", codes));
}

}  // namespace proxyherd::tools
