#include "tools/herdctl/command/output.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace proxyherd::tools {

bool Print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

int Fail(int exit_code, const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  return exit_code;
}

int FailForAnswer(const absl::Status& status) {
  const bool usage = status.code() == absl::StatusCode::kInvalidArgument;
  return Fail(usage ? kExitUsage : kExitFailure,
              absl::StrCat("herdctl: ", std::string(status.message())));
}

bool ColourOutput() {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

}  // namespace proxyherd::tools
