#include "config/option_sources.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/absl_strings.h"
#include "base/split.h"

namespace proxyherd::config {

std::vector<FoundOption> ReadOptionFile(std::string_view text, const std::string& file_name,
                                        std::vector<std::string>& errors) {
  std::vector<FoundOption> found;
  int number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    const std::string_view fact = FromAbsl(absl::StripAsciiWhitespace(ToAbsl(line)));
    if (fact.empty() || fact.front() == '#') continue;
    const std::pair<std::string_view, std::string_view> parts =
        Split(fact, absl::MaxSplits('=', 1));
    const std::string_view name = FromAbsl(absl::StripAsciiWhitespace(ToAbsl(parts.first)));
    const std::string place = absl::StrCat(file_name, ":", number, ": ");
    if (parts.first.size() == fact.size() || name.empty()) {
      errors.push_back(absl::StrCat(place, "expected a line `name = value`"));
    } else if (name.starts_with("-")) {
      errors.push_back(absl::StrCat(place, "write the option without dashes"));
    } else {
      found.push_back({std::string(name),
                       std::string(absl::StripAsciiWhitespace(ToAbsl(parts.second))),
                       absl::StrCat(place, ToAbsl(name))});
    }
  }
  return found;
}

std::vector<FoundOption> ReadEnvironment(const char* const* environment) {
  std::vector<FoundOption> found;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::pair<std::string_view, std::string_view> parts =
        Split(*environment, absl::MaxSplits('=', 1));
    if (!parts.first.starts_with(kEnvironmentPrefix)) continue;
    found.push_back({absl::AsciiStrToLower(ToAbsl(parts.first.substr(kEnvironmentPrefix.size()))),
                     std::string(parts.second), std::string(parts.first)});
  }
  return found;
}

std::string VariableOf(std::string_view option) {
  return absl::StrCat(ToAbsl(kEnvironmentPrefix), absl::AsciiStrToUpper(ToAbsl(option)));
}

}  // namespace proxyherd::config
