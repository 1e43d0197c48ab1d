#include "places/assembly/budget_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "base/absl_strings.h"

namespace proxyherd::places {
namespace {

constexpr mode_t kMode = 0644;

// Returns UNAVAILABLE with the message of errno.
absl::Status SystemError(std::string_view what, const std::string& path) {
  return absl::UnavailableError(absl::StrCat("the budget file ", path, " cannot be ", ToAbsl(what),
                                             ": ", std::strerror(errno)));
}

absl::Status WriteWhole(const std::string& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file < 0) return SystemError("written", path);
  const auto close_it = absl::MakeCleanup([file] { close(file); });
  // A few bytes are written in one piece unless the disk is full.
  if (write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(file) != 0) {
    return SystemError("written", path);
  }
  return absl::OkStatus();
}

// Syncs the folder, so that the new name also survives a crash.
absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return SystemError("written", path);
  const auto close_it = absl::MakeCleanup([file] { close(file); });
  return fsync(file) == 0 ? absl::OkStatus() : SystemError("written", path);
}

absl::StatusOr<BudgetRecord> ReadRecord(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return BudgetRecord();
    return SystemError("read", path);
  }
  const auto close_it = absl::MakeCleanup([file] { close(file); });
  std::array<char, kMaxBudgetRecordBytes + 1> text{};
  const ssize_t bytes = read(file, text.data(), text.size());
  if (bytes < 0) return SystemError("read", path);
  absl::StatusOr<BudgetRecord> record =
      ParseBudgetRecord(std::string_view(text.data(), static_cast<size_t>(bytes)));
  if (record.ok()) return record;
  return absl::Status(record.status().code(),
                      absl::StrCat("the budget file ", path, " ", record.status().message()));
}

}  // namespace

absl::StatusOr<BudgetFile::Opened> BudgetFile::Open(const std::string& path) {
  const std::string lock_path = path + ".lock";
  const int lock = open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode);
  if (lock < 0) return SystemError("locked", path);
  std::unique_ptr<BudgetFile> file(new BudgetFile(path, lock));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError("locked", path);
    return absl::FailedPreconditionError(absl::StrCat("the budget file ", path,
                                                      " is in use by another process; give each "
                                                      "process its own file and budget"));
  }
  absl::StatusOr<BudgetRecord> record = ReadRecord(path);
  if (!record.ok()) return record.status();
  // Reports a file that cannot be written now, not at the first call.
  if (absl::Status status = file->Save(*record); !status.ok()) return status;
  return Opened{std::move(file), *record};
}

BudgetFile::~BudgetFile() { close(lock_); }

absl::Status BudgetFile::Save(const BudgetRecord& record) {
  const std::string next = path_ + ".new";
  if (absl::Status status = WriteWhole(next, FormatBudgetRecord(record)); !status.ok()) {
    return status;
  }
  if (std::rename(next.c_str(), path_.c_str()) != 0) return SystemError("replaced", path_);
  return SyncFolderOf(path_);
}

}  // namespace proxyherd::places
