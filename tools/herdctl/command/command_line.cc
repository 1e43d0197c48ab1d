#include "tools/herdctl/command/command_line.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/version.h"
#include "tools/herdctl/command/command_help.h"
#include "tools/herdctl/view/near_name.h"

namespace proxyherd::tools {
namespace {

constexpr int kUsageError = 2;

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = NearestName(word, candidates);
  return near.empty() ? "" : absl::StrCat("; did you mean '", near, "'?");
}

ParsedCommandLine Text(std::string text, int exit_code) {
  ParsedCommandLine parsed;
  parsed.text = std::move(text);
  parsed.exit_code = exit_code;
  return parsed;
}

bool AsksForHelp(std::string_view word) { return word == "--help" || word == "-h"; }

// A minus sign and a digit begin an argument: a place south of the equator.
bool IsOption(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && !absl::ascii_isdigit(word[1]) && word[1] != '.';
}

// Parses the words after the command, as its row says.
class CommandReader {
 public:
  CommandReader(const CommandRow& row, const std::vector<std::string>& arguments)
      : row_(row), words_(arguments.begin() + 1, arguments.end()) {}

  // Returns true if help is requested; the remaining words are then not parsed.
  absl::StatusOr<bool> Read(const EnvironmentLookup& environment) {
    bool options_end = false;
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      absl::Status status;
      if (!options_end && word == "--") {
        options_end = true;
      } else if (!options_end && AsksForHelp(word)) {
        return true;
      } else if (!options_end && IsOption(word)) {
        status = TakeOption(word);
      } else {
        status = TakeArgument(word);
      }
      if (!status.ok()) return status;
    }
    if (absl::Status status = TakeEnvironment(environment); !status.ok()) return status;
    if (absl::Status status = CheckComplete(); !status.ok()) return status;
    return false;
  }

  const Options& options() const { return options_; }

 private:
  static absl::Status Wrong(const std::string& text) { return absl::InvalidArgumentError(text); }

  // Prefixes the error with the name of the option or argument.
  static absl::Status Named(const std::string& what, const absl::Status& status) {
    return status.ok() ? status : Wrong(absl::StrCat(what, ": ", std::string(status.message())));
  }

  absl::Status TakeOption(const std::string& word) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const auto row = std::find_if(row_.options.begin(), row_.options.end(),
                                  [&](const OptionRow& option) { return option.name == name; });
    if (row == row_.options.end()) {
      std::vector<std::string> names = {"--help"};
      for (const OptionRow& option : row_.options) names.push_back(option.name);
      return Wrong(absl::StrCat("there is no option ", name, DidYouMean(name, names)));
    }
    if (!given_.insert(name).second && !row->repeats) {
      return Wrong(absl::StrCat(name, " is given twice"));
    }
    std::string value;
    if (row->value.empty()) {
      if (equals != std::string::npos) return Wrong(absl::StrCat(name, " takes no value"));
    } else if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (next_ < words_.size() && !IsOption(words_[next_])) {
      value = words_[next_++];
    } else {
      return Wrong(absl::StrCat(name, " needs a value: ", name, "=", row->value));
    }
    if (!row->value.empty() && value.empty()) {
      return Wrong(absl::StrCat(name, " has an empty value"));
    }
    return Named(name, row->set(value, options_));
  }

  absl::Status TakeArgument(const std::string& word) {
    if (arguments_ == row_.arguments.size()) {
      return Wrong(absl::StrCat("unexpected argument '", word, "'"));
    }
    const ArgumentRow& row = row_.arguments[arguments_];
    if (!row.repeats) ++arguments_;
    if (word.empty()) return Wrong(absl::StrCat(row.name, " is empty"));
    return Named(row.name, row.set(word, options_));
  }

  absl::Status TakeEnvironment(const EnvironmentLookup& environment) {
    for (const OptionRow& row : row_.options) {
      if (row.environment.empty() || given_.contains(row.name)) continue;
      const char* value = environment(row.environment.c_str());
      if (value == nullptr || *value == '\0') continue;
      given_.insert(row.name);
      const absl::Status status = row.set(value, options_);
      if (!status.ok()) return Named(row.environment, status);
    }
    return absl::OkStatus();
  }

  absl::Status CheckComplete() const {
    if (arguments_ < row_.arguments.size() && row_.arguments[arguments_].required) {
      const ArgumentRow& missing = row_.arguments[arguments_];
      return Wrong(absl::StrCat(missing.name, " is required: ", missing.help));
    }
    for (const OptionRow& row : row_.options) {
      if (row.required && !given_.contains(row.name)) {
        return Wrong(absl::StrCat(row.name, " is required: ", row.help));
      }
    }
    return row_.check == nullptr ? absl::OkStatus() : row_.check(options_);
  }

  const CommandRow& row_;
  const std::vector<std::string> words_;
  size_t next_ = 0;       // of words_
  size_t arguments_ = 0;  // parsed so far
  std::set<std::string> given_;
  Options options_;
};

}  // namespace

ParsedCommandLine ParseCommandLine(const CommandTable& table,
                                   const std::vector<std::string>& arguments,
                                   const EnvironmentLookup& environment) {
  const std::string first = arguments.empty() ? "" : arguments[0];
  if (AsksForHelp(first)) return Text(HelpOfAll(table), 0);
  if (first == "--version") return Text(absl::StrCat("herdctl ", kVersion, "\n"), 0);
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const CommandRow& command) { return command.name == first; });
  if (row == table.end()) {
    std::vector<std::string> names = {"--help", "--version"};
    for (const CommandRow& command : table) names.push_back(command.name);
    const std::string problem =
        first.empty() ? "a command is required"
                      : absl::StrCat("there is no command ", first, DidYouMean(first, names));
    return Text(absl::StrCat("herdctl: ", problem, "\nSee herdctl --help.\n"), kUsageError);
  }
  CommandReader reader(*row, arguments);
  const absl::StatusOr<bool> help = reader.Read(environment);
  if (!help.ok()) {
    return Text(absl::StrCat("herdctl ", row->name, ": ", std::string(help.status().message()),
                             "\nSee herdctl ", row->name, " --help.\n"),
                row->usage_exit_code);
  }
  if (*help) return Text(HelpOf(*row), 0);
  ParsedCommandLine parsed;
  parsed.command = &*row;
  parsed.options = reader.options();
  return parsed;
}

}  // namespace proxyherd::tools
