#include "config/option_sources.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace proxyherd {

std::vector<FoundOption> ReadOptionFile(std::string_view text, const std::string& file_name,
                                        std::vector<std::string>& errors) {
  std::vector<FoundOption> found;
  int number = 0;
  for (const absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    ++number;
    const absl::string_view fact = absl::StripAsciiWhitespace(line);
    if (fact.empty() || fact.front() == '#') continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(fact, absl::MaxSplits('=', 1));
    const absl::string_view name = absl::StripAsciiWhitespace(parts.first);
    const std::string place = absl::StrCat(file_name, ":", number, ": ");
    if (parts.first.size() == fact.size() || name.empty()) {
      errors.push_back(absl::StrCat(place, "expected a line `name = value`"));
    } else if (absl::StartsWith(name, "-")) {
      errors.push_back(absl::StrCat(place, "write the option without dashes"));
    } else {
      found.push_back({std::string(name), std::string(absl::StripAsciiWhitespace(parts.second)),
                       absl::StrCat(place, name)});
    }
  }
  return found;
}

std::vector<FoundOption> ReadEnvironment(const char* const* environment) {
  const absl::string_view prefix(kEnvironmentPrefix.data(), kEnvironmentPrefix.size());
  std::vector<FoundOption> found;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(absl::string_view(*environment), absl::MaxSplits('=', 1));
    if (!absl::StartsWith(parts.first, prefix)) continue;
    found.push_back({absl::AsciiStrToLower(parts.first.substr(prefix.size())),
                     std::string(parts.second), std::string(parts.first)});
  }
  return found;
}

std::string VariableOf(std::string_view option) {
  return absl::StrCat(absl::string_view(kEnvironmentPrefix.data(), kEnvironmentPrefix.size()),
                      absl::AsciiStrToUpper(absl::string_view(option.data(), option.size())));
}

}  // namespace proxyherd
