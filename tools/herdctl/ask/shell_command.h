// A shell command of the user that runs beside this process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace proxyherd::tools {

// Runs a command in /bin/sh, with output to stderr, because stdout is for answers. Not thread-safe.
class ShellCommand {
 public:
  // If no process can be started, Ended returns that error.
  explicit ShellCommand(std::string command);
  // Ends the command (SIGTERM) if it is running, without waiting for it.
  ~ShellCommand();
  ShellCommand(const ShellCommand&) = delete;
  ShellCommand& operator=(const ShellCommand&) = delete;

  // Returns nullopt while the command is running, OK if it has ended with exit code 0, otherwise an
  // error with the command and how it ended.
  std::optional<absl::Status> Ended();

 private:
  const std::string command_;
  pid_t process_ = -1;
  std::optional<absl::Status> ended_;
};

}  // namespace proxyherd::tools
