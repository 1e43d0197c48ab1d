// A command of the user's that runs beside this process.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace proxyherd {

// Runs it with /bin/sh, its output on stderr: stdout is for answers. Not thread-safe.
class ShellCommand {
 public:
  // When the system starts no process, Ended tells so.
  explicit ShellCommand(std::string command);
  // Ends it (SIGTERM) if it runs, and does not wait for it.
  ~ShellCommand();
  ShellCommand(const ShellCommand&) = delete;
  ShellCommand& operator=(const ShellCommand&) = delete;

  // How it has ended: OK for exit code 0, else an error that tells the command and its end; nullopt
  // while it runs.
  std::optional<absl::Status> Ended();

 private:
  const std::string command_;
  pid_t process_ = -1;
  std::optional<absl::Status> ended_;
};

}  // namespace proxyherd
