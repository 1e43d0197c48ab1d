// Where a budget's record survives a restart.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "places/guards/budget.h"

namespace proxyherd {

// A small file, replaced as a whole, so that it is never half written. Beside it FILE.lock is kept
// locked, because two processes that count on the same file would use it twice.
class BudgetFile : public BudgetStore {
 public:
  struct Opened {
    std::unique_ptr<BudgetFile> file;
    BudgetRecord record;  // nothing used, when there was no file
  };

  // Errors name the file and say what to do: INVALID_ARGUMENT when it is no record of a budget
  // (nobody may guess how much of the money is spent), FAILED_PRECONDITION when another process has
  // it, UNAVAILABLE when it cannot be read or written.
  static absl::StatusOr<Opened> Open(const std::string& path);
  ~BudgetFile() override;
  BudgetFile(const BudgetFile&) = delete;
  BudgetFile& operator=(const BudgetFile&) = delete;

  absl::Status Save(const BudgetRecord& record) override;

 private:
  BudgetFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;  // a descriptor
};

}  // namespace proxyherd
