// herdctl: inspects and controls a running herd. Its commands are listed in commands.cc.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tools/herdctl/command/command_line.h"
#include "tools/herdctl/command/commands.h"

int main(int argc, char** argv) {
  const proxyherd::tools::ParsedCommandLine parsed = proxyherd::tools::ParseCommandLine(
      proxyherd::tools::HerdctlCommands(), std::vector<std::string>(argv + 1, argv + argc),
      [](const char* name) -> const char* { return std::getenv(name); });
  if (parsed.command != nullptr) return parsed.command->run(parsed.options);
  std::fputs(parsed.text.c_str(), parsed.exit_code == 0 ? stdout : stderr);
  return parsed.exit_code;
}
