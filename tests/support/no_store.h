// A store of budgets that saves nothing and always succeeds.
#pragma once

#include "places/guards/budget.h"

namespace proxyherd {

class NoStore : public places::BudgetStore {
 public:
  absl::Status Save(const places::BudgetRecord& /*record*/) override { return absl::OkStatus(); }
};

}  // namespace proxyherd
