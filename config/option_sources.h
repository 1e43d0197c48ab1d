// Where options come from beside the command line: the environment and a file. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proxyherd {

// What stands before an option's name, in capitals, in the environment: PROXYHERD_MAX_CLIENTS.
inline constexpr std::string_view kEnvironmentPrefix = "PROXYHERD_";

// An option's value, and where it was found, as it is shown to people.
struct FoundOption {
  std::string name;   // without dashes
  std::string value;  // as on the command line
  std::string where;  // "FILE:3: max_clients", "PROXYHERD_MAX_CLIENTS"
};

// A file of options: a line `name = value` for each, `#` begins a comment line, blank lines do not
// count; a name may come several times where the option may. What is no such line goes to `errors`,
// as "file:line: what is wrong".
std::vector<FoundOption> ReadOptionFile(std::string_view text, const std::string& file_name,
                                        std::vector<std::string>& errors);

// The variables with the prefix. `environment` is a list as main gets it, ended by nullptr; nullptr
// itself is an empty one. There may be others than options: container engines put addresses of
// services there under such names.
std::vector<FoundOption> ReadEnvironment(const char* const* environment);

// The variable of an option.
std::string VariableOf(std::string_view option);

}  // namespace proxyherd
