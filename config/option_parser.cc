// CLI11 and the other sources give options as strings, which are all validated here, so that every
// error is reported.
#include "config/option_parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cassert>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "base/absl_strings.h"
#include "base/split.h"
#include "config/help_text.h"
#include "config/option_sources.h"
#include "config/text_file.h"

namespace proxyherd::config {
namespace {

// Reads the value of a flag from the environment or a file.
std::optional<bool> ReadFlag(const std::string& text) {
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return std::nullopt;
}

}  // namespace

struct OptionParser::Impl {
  Impl(const std::string& description, const std::string& program) : app(description, program) {}

  struct Option {
    std::string name;
    std::string value;  // placeholder in the help; empty: a flag
    std::string help;
    std::string shown_default;
    CLI::Option* option = nullptr;
    std::vector<std::string> texts;  // its values
    std::string where;               // their source; empty: the command line
    bool set = false;
    // Validates and stores a value. Returns "", or if it is invalid, a description of what is
    // expected.
    std::function<std::string(const std::string&)> take;
    bool several = false;

    std::string Value() const {
      if (!set || texts.empty()) return shown_default;
      return several ? absl::StrJoin(texts, "\n") : texts.back();
    }
  };

  Option& Added(const std::string& name) {
    assert(!parsed && Find(name) == nullptr);
    Option& added = options.emplace_back();
    added.name = name;
    return added;
  }

  // `value`: the placeholder in the help.
  Option& Add(const std::string& name, const std::string& value, const std::string& help,
              const std::string& shown_default) {
    Option& added = Added(name);
    added.value = value;
    added.help = help;
    added.shown_default = shown_default;
    added.option = app.add_option("--" + name, added.texts);
    added.option->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return added;
  }

  Option* Find(const std::string& name) {
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&](const Option& option) { return option.name == name; });
    return found == options.end() ? nullptr : &*found;
  }

  // Sets the options of another source, except those that an earlier source has set.
  void TakeFrom(const std::vector<FoundOption>& source, bool must_be_known,
                std::vector<std::string>& errors) {
    std::vector<Option*> set;
    for (const FoundOption& found : source) {
      Option* const option = Find(found.name);
      if (option == nullptr) {
        if (must_be_known) errors.push_back(found.where + ": unknown option");
        continue;
      }
      if (option->set) continue;
      if (!option->several) option->texts.clear();
      option->texts.push_back(found.value);
      option->where = found.where;
      set.push_back(option);
    }
    for (Option* const option : set) option->set = true;
  }

  void TakeFile(const std::string& path, Result& result) {
    const absl::StatusOr<std::string> text = ReadTextFile(path);
    if (!text.ok()) {
      result.errors.push_back(absl::StrCat("--config=", text.status().message()));
      return;
    }
    if (!text->empty() && text->back() != '\n') result.unfinished_file = path;
    TakeFrom(ReadOptionFile(*text, path, result.errors), true, result.errors);
  }

  void Validate(const Option& option, std::vector<std::string>& errors) {
    // If only one value is expected, only the last one is used.
    const size_t first = option.several || option.texts.empty() ? 0 : option.texts.size() - 1;
    for (size_t i = first; i < option.texts.size(); ++i) {
      const std::string expected = option.take(option.texts[i]);
      if (expected.empty()) continue;
      errors.push_back(absl::StrCat(option.where.empty() ? "--" + option.name : option.where, "=",
                                    option.texts[i], ": expected ", expected));
    }
  }

  CLI::App app;
  std::string footer;
  bool parsed = false;
  bool version = false;
  bool check = false;
  bool print = false;
  std::string config;
  std::deque<Option> options;  // a deque, because CLI11 keeps pointers into it
};

OptionParser::OptionParser(const std::string& program, const std::string& description,
                           const std::string& footer)
    : impl_(std::make_unique<Impl>(description, program)) {
  impl_->footer = absl::StrCat(
      Wrapped("Every option can also be set in the environment (PROXYHERD_MAX_CLIENTS=1000) or in "
              "a file; the command line takes precedence over the environment, and the environment "
              "over the file. SIGHUP reloads all of them and the herd file; options marked "
              "(SIGHUP) take effect while the program runs, all others need a restart.",
              0),
      Wrapped(footer, 0));
  impl_->app.allow_extras();
  impl_->app.set_help_flag("-h,--help");
  impl_->app.add_flag("--version", impl_->version);
  impl_->app.add_flag("--check_config", impl_->check);
  impl_->app.add_flag("--print_config", impl_->print);
  Text("config", &impl_->config, "File of options, one line `name = value` for each. Empty: none");
}

OptionParser::~OptionParser() = default;

void OptionParser::Text(const std::string& name, std::string* value, const std::string& help) {
  impl_->Add(name, "TEXT", help, *value).take = [value](const std::string& text) {
    *value = text;
    return std::string();
  };
}

void OptionParser::Integer(const std::string& name, int64_t* value, int64_t min, int64_t max,
                           const std::string& help) {
  impl_->Add(name, "NUMBER", help, absl::StrCat(*value)).take = [=](const std::string& text) {
    int64_t parsed = 0;
    if (!absl::SimpleAtoi(text, &parsed) || parsed < min || parsed > max) {
      return absl::StrCat("a whole number from ", min, " to ", max);
    }
    *value = parsed;
    return std::string();
  };
}

void OptionParser::Duration(const std::string& name, int64_t* ns, int64_t min_ns, int64_t max_ns,
                            const std::string& help) {
  const auto shown = [](int64_t time_ns) {
    return absl::FormatDuration(absl::Nanoseconds(time_ns));
  };
  impl_->Add(name, "TIME", help, shown(*ns)).take = [=](const std::string& text) {
    absl::Duration parsed;
    if (!absl::ParseDuration(text, &parsed) || parsed < absl::Nanoseconds(min_ns) ||
        parsed > absl::Nanoseconds(max_ns)) {
      return absl::StrCat("a time like 90s, 15m or 24h, from ", shown(min_ns), " to ",
                          shown(max_ns));
    }
    *ns = absl::ToInt64Nanoseconds(parsed);
    return std::string();
  };
}

void OptionParser::Texts(const std::string& name, std::vector<std::string>* values,
                         const std::string& help) {
  Impl::Option& option = impl_->Add(name, "TEXT", help, absl::StrJoin(*values, " "));
  option.several = true;
  option.take = [values, first = true](const std::string& text) mutable {
    if (std::exchange(first, false)) values->clear();
    values->push_back(text);
    return std::string();
  };
}

void OptionParser::List(const std::string& name, std::vector<std::string>* values,
                        const std::string& help) {
  impl_->Add(name, "TEXT,TEXT", help, absl::StrJoin(*values, ",")).take =
      [values](const std::string& text) {
        values->clear();
        if (text.empty()) return std::string();
        for (const std::string_view part : Split(text, ',')) {
          values->emplace_back(absl::StripAsciiWhitespace(ToAbsl(part)));
        }
        return std::string();
      };
}

void OptionParser::Flag(const std::string& name, bool* value, const std::string& help) {
  Impl::Option& option = impl_->Added(name);
  option.shown_default = *value ? "true" : "false";
  option.help = help;
  option.option = impl_->app.add_flag("--" + name);
  option.take = [value](const std::string& text) {
    const std::optional<bool> read = ReadFlag(text);
    if (!read.has_value()) return std::string("true or false");
    *value = *read;
    return std::string();
  };
}

void OptionParser::Choice(const std::string& name, std::string* value,
                          const std::vector<std::string>& choices, const std::string& help) {
  impl_->Add(name, absl::StrJoin(choices, "|"), help, *value).take = [=](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      return absl::StrJoin(choices, " or ");
    }
    *value = text;
    return std::string();
  };
}

void OptionParser::MarkReloadable(
    const std::function<bool(const std::string& name)>& is_reloadable) {
  for (Impl::Option& option : impl_->options) {
    if (!is_reloadable(option.name)) continue;
    option.help += " (SIGHUP)";
  }
}

OptionParser::Result OptionParser::Parse(int argc, const char* const* argv,
                                         const char* const* environment) {
  assert(!impl_->parsed);
  impl_->parsed = true;
  Result result;
  try {
    impl_->app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    result.help = true;
    return result;
  } catch (const CLI::ParseError& error) {
    result.errors.emplace_back(error.what());
  }
  result.version = impl_->version;
  result.check = impl_->check;
  result.print = impl_->print;
  for (const std::string& unknown : impl_->app.remaining()) {
    result.errors.push_back(absl::StrCat("unknown option or argument: ", unknown));
  }
  for (Impl::Option& option : impl_->options) {
    option.set = option.option->count() > 0;
    if (option.set && option.texts.empty()) option.texts = option.option->results();
  }
  impl_->TakeFrom(ReadEnvironment(environment), false, result.errors);
  if (const Impl::Option& config = *impl_->Find("config"); !config.texts.empty()) {
    impl_->TakeFile(config.texts.back(), result);
  }
  for (const Impl::Option& option : impl_->options) {
    impl_->Validate(option, result.errors);
    if (option.set && !option.texts.empty() && option.texts.back() != option.shown_default) {
      result.changed.push_back(option.name);
    }
    result.values[option.name] = option.Value();
  }
  return result;
}

std::string OptionParser::Help() const {
  std::string text = absl::StrCat(
      Wrapped(impl_->app.get_description(), 0), "\nUsage: ", impl_->app.get_name(),
      " [OPTION ...]\n\n", HelpEntry("-h, --help", "Print this and exit"),
      HelpEntry("--version", "Print the version and exit"),
      HelpEntry("--check_config", "Check the configuration, print all errors, and exit"),
      HelpEntry("--print_config", "Print all options with their values and sources, and exit"));
  for (const Impl::Option& option : impl_->options) {
    std::string head = "--" + option.name;
    if (!option.value.empty()) {
      absl::StrAppend(&head, "=", option.value, "  [",
                      option.shown_default.empty() ? "empty" : option.shown_default, "]");
    }
    absl::StrAppend(&text, HelpEntry(head, option.help));
  }
  return absl::StrCat(text, "\n", impl_->footer);
}

std::string OptionParser::Effective() const {
  assert(impl_->parsed);
  std::string lines;
  for (const Impl::Option& option : impl_->options) {
    // A repeatable option that is not set gets no line: an empty value would set it.
    if (option.name == "config" || (option.several && !option.set)) continue;
    const std::string source =
        !option.set ? "default" : (option.where.empty() ? "command line" : option.where);
    absl::StrAppend(&lines, "# ", source, "\n");
    std::vector<std::string> texts = option.set ? option.texts : std::vector{option.shown_default};
    if (!option.several) texts = {texts.back()};
    for (const std::string& text : texts) absl::StrAppend(&lines, option.name, " = ", text, "\n");
  }
  return lines;
}

}  // namespace proxyherd::config
