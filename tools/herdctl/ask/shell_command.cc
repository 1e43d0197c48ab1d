#include "tools/herdctl/ask/shell_command.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::tools {

ShellCommand::ShellCommand(std::string command) : command_(std::move(command)) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  std::string shell = "sh";
  std::string option = "-c";
  std::string text = command_;
  const std::array<char*, 4> arguments = {shell.data(), option.data(), text.data(), nullptr};
  const int error = posix_spawn(&process_, "/bin/sh", &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error == 0) return;
  process_ = -1;
  ended_ = absl::InternalError(absl::StrCat("cannot run sh: ", std::strerror(error)));
}

ShellCommand::~ShellCommand() {
  if (!Ended().has_value()) kill(process_, SIGTERM);
}

std::optional<absl::Status> ShellCommand::Ended() {
  if (ended_.has_value()) return ended_;
  int status = 0;
  if (waitpid(process_, &status, WNOHANG) != process_) return std::nullopt;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    ended_ = absl::OkStatus();
  } else if (WIFEXITED(status)) {
    ended_ = absl::AbortedError(
        absl::StrCat("'", command_, "' ended with exit code ", WEXITSTATUS(status)));
  } else {
    ended_ =
        absl::AbortedError(absl::StrCat("'", command_, "' was ended by signal ", WTERMSIG(status)));
  }
  return ended_;
}

}  // namespace proxyherd::tools
