// A file that keeps a budget's record across restarts.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "places/guards/budget.h"

namespace proxyherd::places {

// A small file that is replaced as a whole, so that it is never half written. FILE.lock beside it
// is kept locked, because two processes that count in one file would spend the budget twice. As
// thread-safe as BudgetStore.
class BudgetFile : public BudgetStore {
 public:
  struct Opened {
    std::unique_ptr<BudgetFile> file;
    BudgetRecord record;  // zeros if the file was missing
  };

  // Errors name the file and say what to do: INVALID_ARGUMENT if it is not a budget record (the
  // program must not guess how much of the money is spent), FAILED_PRECONDITION if another process
  // uses it, UNAVAILABLE if it cannot be read or written.
  static absl::StatusOr<Opened> Open(const std::string& path);
  ~BudgetFile() override;
  BudgetFile(const BudgetFile&) = delete;
  BudgetFile& operator=(const BudgetFile&) = delete;

  absl::Status Save(const BudgetRecord& record) override;

 private:
  BudgetFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;  // file descriptor
};

}  // namespace proxyherd::places
