// Reads options from the environment and from a file. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proxyherd::config {

// Prefix of an option's name, in capitals, in the environment: PROXYHERD_MAX_CLIENTS.
inline constexpr std::string_view kEnvironmentPrefix = "PROXYHERD_";

// An option's value, and its source, for error messages.
struct FoundOption {
  std::string name;   // without dashes
  std::string value;  // as on the command line
  std::string where;  // "FILE:3: max_clients", "PROXYHERD_MAX_CLIENTS"
};

// Reads a file of options: one line `name = value` for each, `#` begins a comment line, and blank
// lines are ignored; the name of a repeatable option may occur several times. Malformed lines are
// appended to `errors` as "file:line: what is wrong".
std::vector<FoundOption> ReadOptionFile(std::string_view text, const std::string& file_name,
                                        std::vector<std::string>& errors);

// Reads the variables with the prefix. `environment`: as main gets it, with nullptr at its end; or
// nullptr if none. Some variables may not be options: container engines use such names for
// addresses of services.
std::vector<FoundOption> ReadEnvironment(const char* const* environment);

// The environment variable of an option.
std::string VariableOf(std::string_view option);

}  // namespace proxyherd::config
