// Command lines over CLI11: options are read as text there and judged here, all of them.
#include "node/option_parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace proxyherd {

struct OptionParser::Impl {
  explicit Impl(const std::string& description, const std::string& program)
      : app(description, program) {}

  // Judges the text of an option that was given; returns what is wrong, or nothing.
  struct Judged {
    CLI::Option* option;
    std::string text;
    std::function<std::string(const std::string&)> take;
  };

  Judged& Add(const std::string& name, const std::string& help, const std::string& shown_default) {
    Judged& judged = judged_options.emplace_back();
    judged.option = app.add_option("--" + name, judged.text, help);
    judged.option->type_name(shown_default.empty() ? "TEXT" : "[" + shown_default + "]");
    judged.option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return judged;
  }

  CLI::App app;
  bool version = false;
  std::deque<Judged> judged_options;  // a deque, because CLI11 keeps pointers into it
};

OptionParser::OptionParser(const std::string& program, const std::string& description,
                           const std::string& footer)
    : impl_(std::make_unique<Impl>(description, program)) {
  impl_->app.footer(footer);
  impl_->app.allow_extras();
  impl_->app.set_help_flag("-h,--help", "Print this and exit");
  impl_->app.add_flag("--version", impl_->version, "Print the version and exit");
}

OptionParser::~OptionParser() = default;

void OptionParser::Text(const std::string& name, std::string* value, const std::string& help) {
  impl_->Add(name, help, *value).take = [value](const std::string& text) {
    *value = text;
    return std::string();
  };
}

void OptionParser::Integer(const std::string& name, int64_t* value, int64_t least, int64_t most,
                           const std::string& help) {
  impl_->Add(name, help, absl::StrCat(*value)).take = [=](const std::string& text) {
    int64_t parsed = 0;
    if (!absl::SimpleAtoi(text, &parsed) || parsed < least || parsed > most) {
      return absl::StrCat("--", name, "=", text, ": expected a whole number from ", least, " to ",
                          most);
    }
    *value = parsed;
    return std::string();
  };
}

void OptionParser::Duration(const std::string& name, int64_t* ns, int64_t least_ns, int64_t most_ns,
                            const std::string& help) {
  const auto shown = [](int64_t time_ns) {
    return absl::FormatDuration(absl::Nanoseconds(time_ns));
  };
  impl_->Add(name, help, shown(*ns)).take = [=](const std::string& text) {
    absl::Duration parsed;
    if (!absl::ParseDuration(text, &parsed) || parsed < absl::Nanoseconds(least_ns) ||
        parsed > absl::Nanoseconds(most_ns)) {
      return absl::StrCat("--", name, "=", text, ": expected a time like 90s, 15m or 24h, from ",
                          shown(least_ns), " to ", shown(most_ns));
    }
    *ns = absl::ToInt64Nanoseconds(parsed);
    return std::string();
  };
}

void OptionParser::Texts(const std::string& name, std::vector<std::string>* values,
                         const std::string& help) {
  impl_->app.add_option("--" + name, *values, help)
      ->type_name("TEXT")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void OptionParser::List(const std::string& name, std::vector<std::string>* values,
                        const std::string& help) {
  impl_->Add(name, help, absl::StrJoin(*values, ",")).take = [values](const std::string& text) {
    values->clear();
    if (text.empty()) return std::string();
    for (const absl::string_view part : absl::StrSplit(text, ',')) {
      values->emplace_back(absl::StripAsciiWhitespace(part));
    }
    return std::string();
  };
}

void OptionParser::Flag(const std::string& name, bool* value, const std::string& help) {
  impl_->app.add_flag("--" + name, *value, help);
}

void OptionParser::Choice(const std::string& name, std::string* value,
                          const std::vector<std::string>& choices, const std::string& help) {
  impl_->Add(name, help, *value).take = [=](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      return absl::StrCat("--", name, "=", text, ": expected ", absl::StrJoin(choices, " or "));
    }
    *value = text;
    return std::string();
  };
}

OptionParser::Result OptionParser::Parse(int argc, const char* const* argv) {
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
  for (const std::string& unknown : impl_->app.remaining()) {
    result.errors.push_back(absl::StrCat("unknown option or argument: ", unknown));
  }
  for (Impl::Judged& judged : impl_->judged_options) {
    if (judged.option->count() == 0) continue;
    std::string error = judged.take(judged.text);
    if (!error.empty()) result.errors.push_back(std::move(error));
  }
  return result;
}

std::string OptionParser::Help() const { return impl_->app.help(); }

}  // namespace proxyherd
