#include "server/log/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace proxyherd::server {
namespace {

constexpr mode_t kMode = 0640;  // log collectors read it by its group

absl::Status Failed(const std::string& path, int error) {
  return absl::UnavailableError(
      absl::StrCat("--log_file=", path, ": cannot be opened: ", std::strerror(error)));
}

// Non-blocking, so that neither a FIFO without a reader nor a terminal blocks the call. That
// affects no other process, because the open file description is not shared.
net::Descriptor OpenForAppending(const std::string& path) {
  return net::Descriptor(
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, kMode));
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, slash + 1);
}

}  // namespace

absl::StatusOr<LogFile> LogFile::Open(const std::string& path) {
  LogFile file;
  if (path.empty()) return file;
  file.path_ = path;
  file.owned_ = OpenForAppending(path);
  if (!file.owned_.Open()) return Failed(path, errno);
  return file;
}

absl::Status LogFile::Check(const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  struct stat about = {};
  if (stat(path.c_str(), &about) == 0) {
    if (S_ISDIR(about.st_mode)) return Failed(path, EISDIR);
    if (faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) return Failed(path, errno);
    return absl::OkStatus();
  }
  if (errno != ENOENT) return Failed(path, errno);
  if (faccessat(AT_FDCWD, FolderOf(path).c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    return Failed(path, errno);
  }
  return absl::OkStatus();
}

absl::Status LogFile::Reopen() {
  assert(!path_.empty());
  const net::Descriptor opened = OpenForAppending(path_);
  // The descriptor number stays the same, so that a writing thread needs no lock.
  if (!opened.Open() || dup3(opened.fd(), owned_.fd(), O_CLOEXEC) < 0) return Failed(path_, errno);
  return absl::OkStatus();
}

}  // namespace proxyherd::server
