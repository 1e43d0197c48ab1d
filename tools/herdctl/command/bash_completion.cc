// Bash also breaks words at `=`, so --herd=FILE arrives as three words.
#include "tools/herdctl/command/bash_completion.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace proxyherd::tools {
namespace {

constexpr const char* kBegin =
    R"(# Completes herdctl's commands, options, files and nodes. Use it by
#     source <(herdctl completion bash)
_herdctl() {
  local word=${COMP_WORDS[COMP_CWORD]} option='' command='' herd=@HERD@ i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --herd)
        [[ ${COMP_WORDS[i + 1]} == = ]] && herd=${COMP_WORDS[i + 2]} || herd=${COMP_WORDS[i + 1]}
        ;;
    esac
  done
  command=${COMP_WORDS[1]}
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '@COMMANDS@' -- "$word"))
    return
  fi
  # The option whose value is being typed, if any.
  if [[ $word == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 1]} word=''
  elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  else
    option=${COMP_WORDS[COMP_CWORD - 1]}
  fi
  case $command:$option in
)";

constexpr const char* kBetween = R"(  esac
  case $command in
)";

constexpr const char* kEnd = R"(  esac
}
complete -F _herdctl herdctl
)";

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  text.replace(text.find(what), what.size(), by);
  return text;
}

// Returns shell code that fills COMPREPLY with values of that kind.
std::string Offer(Completes completes, const std::vector<std::string>& choices) {
  switch (completes) {
    case Completes::kFiles:
      return "COMPREPLY=($(compgen -f -- \"$word\"))";
    case Completes::kNodes:
      return "COMPREPLY=($(compgen -W \"$(awk '$1 == \"node\" { print $2 }' \"$herd\""
             " 2>/dev/null)\" -- \"$word\"))";
    case Completes::kChoices:
      return absl::StrCat("COMPREPLY=($(compgen -W '", absl::StrJoin(choices, " "),
                          "' -- \"$word\"))");
    case Completes::kNothing:
      break;
  }
  return ":";
}

// Returns the cases for values of options: where a value is expected, nothing else is offered.
std::string ValueCases(const CommandRow& command) {
  std::string out;
  for (const OptionRow& option : command.options) {
    if (option.value.empty()) continue;
    absl::StrAppend(&out, "    ", command.name, ":", option.name, ") ", Offer(option.completes, {}),
                    "; return ;;\n");
  }
  return out;
}

// Returns the case for other words: options after a minus sign, else values of the first argument.
std::string WordCase(const CommandRow& command) {
  std::vector<std::string> options = {"--help"};
  for (const OptionRow& option : command.options) {
    options.push_back(absl::StrCat(option.name, option.value.empty() ? "" : "="));
  }
  std::string out = absl::StrCat("    ", command.name, ")\n      if [[ $word == -* ]]; then\n",
                                 "        COMPREPLY=($(compgen -W '", absl::StrJoin(options, " "),
                                 "' -- \"$word\"))\n",
                                 "        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n");
  if (!command.arguments.empty()) {
    const ArgumentRow& argument = command.arguments[0];
    absl::StrAppend(&out, "      else\n        ", Offer(argument.completes, argument.choices),
                    "\n");
  }
  absl::StrAppend(&out, "      fi ;;\n");
  return out;
}

}  // namespace

std::string BashCompletion(const CommandTable& table, const std::string& herd_path) {
  std::vector<std::string> names = {"--help", "--version"};
  std::string values;
  std::string words;
  for (const CommandRow& command : table) {
    names.push_back(command.name);
    absl::StrAppend(&values, ValueCases(command));
    absl::StrAppend(&words, WordCase(command));
  }
  const std::string begin =
      Replaced(Replaced(kBegin, "@HERD@", herd_path), "@COMMANDS@", absl::StrJoin(names, " "));
  return absl::StrCat(begin, values, kBetween, words, kEnd);
}

}  // namespace proxyherd::tools
