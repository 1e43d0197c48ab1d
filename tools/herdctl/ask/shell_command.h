// A shell command of the user that runs beside this process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace proxyherd::tools {

// Runs it with /bin/sh and its output on stderr, because stdout is for answers. Not thread-safe.
class ShellCommand {
 public:
  // If no process can be started, Ended returns the error.
  explicit ShellCommand(std::string command);
  // Ends it (SIGTERM) if it is running, and does not wait for it.
  ~ShellCommand();
  ShellCommand(const ShellCommand&) = delete;
  ShellCommand& operator=(const ShellCommand&) = delete;

  // Returns OK if it has ended with exit code 0, else an error with the command and how it ended;
  // nullopt while it is running.
  std::optional<absl::Status> Ended();

 private:
  const std::string command_;
  pid_t process_ = -1;
  std::optional<absl::Status> ended_;
};

}  // namespace proxyherd::tools
