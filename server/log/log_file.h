// The destination of the log, stderr or a file that log rotation may replace.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "net/descriptor.h"

namespace proxyherd::server {

// Not thread-safe, except fd() and path().
class LogFile {
 public:
  // Opens `path` for appending, and creates it with mode 0640 if it does not exist. An empty path:
  // stderr. UNAVAILABLE, with a readable message, if it cannot be opened.
  static absl::StatusOr<LogFile> Open(const std::string& path);
  // Checks whether Open would succeed, without creating the file: a check of the configuration,
  // perhaps by another user, must not leave a file that the server cannot write.
  static absl::Status Check(const std::string& path);

  // Logs to stderr.
  LogFile() = default;

  // Constant, also across Reopen.
  int fd() const { return owned_.Open() ? owned_.fd() : 2; }
  const std::string& path() const { return path_; }  // empty: stderr

  // Opens the path again, and creates the file if it is gone. After an error the previous file
  // stays open. REQUIRES: path() is not empty.
  absl::Status Reopen();

 private:
  std::string path_;
  net::Descriptor owned_;
};

}  // namespace proxyherd::server
